using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column of times, with or without a zone.</summary>
internal sealed unsafe class TimestampParser(ColumnContext context) : ColumnParser(context)
{
    private const int DayBytes = 11; // 2024-11-30 and the space or T behind it
    private const int SecondsBytes = 8;
    private const int FractionBytesMax = 15;

    private readonly bool _isEpochBySize = context.Spec.IsEpochBySize;
    private readonly bool _isInstant = context.Spec.Kind == CsvValueKind.TimestampTz;
    // The day that was read last, as text and as a time: before any other, the first of all.
    private long _dayStart = BitConverter.ToInt64("1970-01-"u8);
    private int _dayEnd = BitConverter.ToInt32("-01 "u8);
    private long _dayUs;

    internal override int Parse(in RecordRun run, BadRows bad)
    {
        if (!Context.CanReadDigitsFirst || Context.Spec.IsHourEnding) return ParseOneByOne(run, 0, bad);
        if (Context.Spec.TimeFormat >= CsvTimeFormat.EpochSeconds) return ParseEpochs(run, bad);
        return Context.Spec.TimeFormat == CsvTimeFormat.Iso ? ParseIso(run, bad) : ParseOneByOne(run, 0, bad);
    }

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row)
    {
        ref var value = ref ((long*)Values)[row];
        var reason = TimeValue.Read(text, Context.Spec, out value);
        return reason == CsvRejectReason.None && Context.Spec.IsEpochBySize && !TimeValue.IsLikelyEpoch(value) ? CsvRejectReason.OutOfRange : reason;
    }

    /// <summary>Most times of a file share their day, so that it is compared with the last one's and seldom read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParseIso(in RecordRun run, BadRows bad)
    {
        var walk = new FieldWalk(run, Column, Mask, Context.QuoteOrDelimiter);
        var values = (long*)Values;
        var hasVectors = Context.HasVectorDigits;
        while (walk.MoveNext())
        {
            walk.Read(out var start, out var length);
            // An instant of the fast kind ends in Z.
            if (_isInstant && length > DayBytes && start[length - 1] == 'Z') length--;
            else if (_isInstant) length = 0;
            var timeLength = length - DayBytes;
            if ((timeLength == SecondsBytes || (timeLength > SecondsBytes + 1 && timeLength <= FractionBytesMax))
                && ((*(long*)start == _dayStart && *(int*)(start + 7) == _dayEnd) || TryTakeDay(start))
                && (hasVectors ? TryReadTimeVector(start + DayBytes, timeLength, out var timeUs) : TryReadTimePlain(start + DayBytes, timeLength, out timeUs)))
            {
                values[walk.Row] = _dayUs + timeUs;
                continue;
            }

            if (!TryParse(walk.Field, walk.Row, bad)) break;
        }

        return walk.Finish();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParseEpochs(in RecordRun run, BadRows bad)
    {
        var walk = new FieldWalk(run, Column, Mask, Context.QuoteOrDelimiter);
        var values = (long*)Values;
        var (factor, divisor) = Context.Spec.TimeFormat switch
        {
            CsvTimeFormat.EpochSeconds => (1_000_000UL, 1UL),
            CsvTimeFormat.EpochMilliseconds => (1_000UL, 1UL),
            CsvTimeFormat.EpochMicroseconds => (1UL, 1UL),
            _ => (1UL, 1_000UL),
        };
        var digitsEnd = (ulong)NumberValue.PowerOfTen(17) / factor;
        while (walk.MoveNext())
        {
            walk.Read(out var start, out var length);
            if (length <= DigitReader.PlainDigitsMax && DigitReader.TryReadPlain(start, length, DigitReader.NoPoint, out var digits, out _)
                && !DigitReader.HasLeadingZero(start) && digits / divisor < digitsEnd && digits % divisor == 0
                && (!_isEpochBySize || length == 0 || TimeValue.IsLikelyEpoch((long)(digits / divisor * factor))))
            {
                values[walk.Row] = (long)(digits / divisor * factor);
                walk.NoteMissing(length == 0);
                continue;
            }

            if (!TryParse(walk.Field, walk.Row, bad)) break;
        }

        return walk.Finish();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeDay(byte* start)
    {
        if (start[4] != '-' || start[7] != '-' || start[10] is not ((byte)' ' or (byte)'T')) return false;
        if (TimeValue.ToDate(new ReadOnlySpan<byte>(start, DayBytes - 1), CsvTimeFormat.Iso, out var days) != CsvRejectReason.None) return false;
        _dayStart = *(long*)start;
        _dayEnd = *(int*)(start + 7);
        _dayUs = days * TimeValue.MicrosecondsPerDay;
        return true;
    }

    /// <summary>Reads <c>17:00:00</c> and up to six decimals, all at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadTimeVector(byte* time, int length, out long timeUs)
    {
        // What the text lacks is filled up with zeros.
        var missing = DigitReader.TailMask(16 - length);
        var text = Vector128.ConditionalSelect(missing, Vector128.Create("00:00:00.0000000"u8), Vector128.Load(time));
        var marks = text & Vector128.Create((byte)0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0);
        var wanted = Vector128.Create((byte)0, 0, (byte)':', 0, 0, (byte)':', 0, 0, (byte)'.', 0, 0, 0, 0, 0, 0, 0);
        var digits = Ssse3.Shuffle(text - Vector128.Create((byte)'0'), Vector128.Create((byte)0, 1, 3, 4, 6, 7, 0x80, 0x80, 9, 10, 11, 12, 13, 14, 0x80, 0x80));
        var pairs = Ssse3.MultiplyAddAdjacent(digits, Vector128.Create(10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1));
        var parts = Sse2.MultiplyAddAdjacent(pairs, Vector128.Create((short)3600, 60, 1, 0, 10000, 100, 1, 0)).AsUInt64();
        var (seconds, fraction) = (parts.ToScalar(), parts.GetElement(1));
        timeUs = (long)((seconds & uint.MaxValue) + (seconds >> 32)) * TimeValue.MicrosecondsPerSecond + (long)((fraction & uint.MaxValue) + (fraction >> 32));
        return marks == wanted
            && Sse2.SubtractSaturate(digits, Vector128.Create((byte)9)) == Vector128<byte>.Zero
            && Vector128.GreaterThan(pairs, Vector128.Create((short)23, 59, 59, 0, 99, 99, 99, 0)) == Vector128<short>.Zero;
    }

    /// <summary>The same, one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadTimePlain(byte* time, int length, out long timeUs)
    {
        var hours = TwoDigits(time);
        var minutes = TwoDigits(time + 3);
        var seconds = TwoDigits(time + 6);
        timeUs = ((hours * 60L + minutes) * 60 + seconds) * TimeValue.MicrosecondsPerSecond;
        if (time[2] != ':' || time[5] != ':' || hours > 23 || minutes > 59 || seconds > 59) return false;
        if (length == SecondsBytes) return true;
        if (time[SecondsBytes] != '.') return false;
        var fraction = 0;
        for (var at = SecondsBytes + 1; at < FractionBytesMax; at++)
        {
            var digit = at < length ? time[at] - '0' : 0;
            if ((uint)digit > 9) return false;
            fraction = fraction * 10 + digit;
        }

        timeUs += fraction;
        return true;
    }

    /// <returns>More than any part of a time when there is anything but digits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TwoDigits(byte* text)
    {
        var (tens, ones) = ((uint)(text[0] - '0'), (uint)(text[1] - '0'));
        return tens > 9 || ones > 9 ? int.MaxValue : (int)(tens * 10 + ones);
    }
}
