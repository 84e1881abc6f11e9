using System.Runtime.CompilerServices;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column of 64-bit integers.</summary>
internal sealed unsafe class BigIntParser(ColumnContext context) : ColumnParser(context)
{
    internal override int Parse(in RecordRun run, BadRows bad)
    {
        if (!Context.CanReadDigitsFirst) return ParseOneByOne(run, 0, bad);
        return Context.HasVectorDigits ? ParseVectors(run, bad) : ParsePlain(run, bad);
    }

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) =>
        NumberValue.ToBigInt(text, Context.Dialect.DecimalPoint, Context.Dialect.GroupMark ?? 0, out ((long*)Values)[row]);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParseVectors(in RecordRun run, BadRows bad)
    {
        var walk = new FieldWalk(run, Column, Mask, Context.QuoteOrDelimiter);
        var values = (long*)Values;
        while (walk.MoveNext())
        {
            var sign = walk.ReadSigned(out var start, out var length);
            if (length <= DigitReader.VectorBytesMax && DigitReader.TryReadVector(start + length, length, out var digits)
                && !DigitReader.HasLeadingZero(start) && (sign == 0 || digits != 0))
            {
                values[walk.Row] = ((long)digits ^ -sign) + sign;
                walk.NoteMissing(length == 0);
            }
            else if (!TryParsePlain(ref walk, start, length, sign, bad))
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
        while (walk.MoveNext())
        {
            var sign = walk.ReadSigned(out var start, out var length);
            if (!TryParsePlain(ref walk, start, length, sign, bad)) break;
        }

        return walk.Finish();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryParsePlain(ref FieldWalk walk, byte* start, int length, long sign, BadRows bad)
    {
        if (length > DigitReader.PlainDigitsMax || !DigitReader.TryReadPlain(start, length, DigitReader.NoPoint, out var digits, out _)
            || DigitReader.HasLeadingZero(start) || digits > long.MaxValue || (sign != 0 && digits == 0))
        {
            return TryParse(walk.Field, walk.Row, bad);
        }

        ((long*)Values)[walk.Row] = ((long)digits ^ -sign) + sign;
        walk.NoteMissing(length == 0);
        return true;
    }
}
