using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column of doubles.</summary>
internal sealed unsafe class DoubleParser(ColumnContext context) : ColumnParser(context)
{
    /// <summary>Below it, a number has at most 15 digits: every double gives those back, and one division by a power of ten rounds once.</summary>
    private const ulong SafeDigitsEnd = 1_000_000_000_000_000;

    internal override int Parse(in RecordRun run, BadRows bad)
    {
        if (!Context.CanReadDigitsFirst) return ParseOneByOne(run, 0, bad);
        return Context.HasVectorDigits ? ParseVectors(run, bad) : ParsePlain(run, bad);
    }

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) =>
        NumberValue.ToDouble(text, Context.Dialect.DecimalPoint, Context.Dialect.GroupMark ?? 0, out ((double*)Values)[row]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParseVectors(in RecordRun run, BadRows bad)
    {
        var walk = new FieldWalk(run, Column, Mask, Context.QuoteOrDelimiter);
        var values = (double*)Values;
        var pointByte = Context.Dialect.DecimalPoint;
        var point = Vector128.Create(pointByte);
        var shuffles = DigitReader.PointShuffles;
        ref readonly var powers = ref NumberValue.FractionBytesDivisor;
        while (walk.MoveNext())
        {
            var sign = walk.ReadSigned(out var start, out var length);
            if (length <= DigitReader.VectorBytesMax
                && DigitReader.TryReadVector(start + length, length, point, shuffles, out var digits, out var fractionBytes)
                && digits < SafeDigitsEnd && !DigitReader.HasLeadingZero(start) && (length != 1 || *start != pointByte))
            {
                var value = (double)(long)digits / Unsafe.Add(ref Unsafe.AsRef(in powers), fractionBytes);
                values[walk.Row] = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) | sign << 63);
                walk.NoteMissing(length == 0);
            }
            else if (!TryParse(walk.Field, walk.Row, bad))
            {
                break;
            }
        }

        return walk.Finish();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParsePlain(in RecordRun run, BadRows bad)
    {
        var walk = new FieldWalk(run, Column, Mask, Context.QuoteOrDelimiter);
        var values = (double*)Values;
        var point = Context.Dialect.DecimalPoint;
        ref readonly var powers = ref NumberValue.PowerOfTenReference;
        while (walk.MoveNext())
        {
            var sign = walk.ReadSigned(out var start, out var length);
            if (length <= DigitReader.PlainDigitsMax + 1
                && DigitReader.TryReadPlain(start, length, point, out var digits, out var fractionDigits)
                && digits < SafeDigitsEnd && !DigitReader.HasLeadingZero(start))
            {
                var value = (double)(long)digits / Unsafe.Add(ref Unsafe.AsRef(in powers), fractionDigits);
                values[walk.Row] = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) | sign << 63);
                walk.NoteMissing(length == 0);
            }
            else if (!TryParse(walk.Field, walk.Row, bad))
            {
                break;
            }
        }

        return walk.Finish();
    }
}
