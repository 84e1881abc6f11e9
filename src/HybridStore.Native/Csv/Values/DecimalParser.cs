using System.Runtime.CompilerServices;
using HybridStore.Native.Csv.Structure;

namespace HybridStore.Native.Csv.Values;

/// <summary>A column of decimals.</summary>
internal sealed unsafe class DecimalParser(ColumnContext context) : ColumnParser(context)
{
    private readonly ulong _end = context.Spec.Width <= 18 ? (ulong)NumberValue.PowerOfTen(context.Spec.Width) : 0;

    internal override int Parse(in RecordRun run, BadRows bad) =>
        _end == 0 || !Context.CanReadDigitsFirst ? ParseOneByOne(run, 0, bad) : ParsePlain(run, bad);

    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row)
    {
        var spec = Context.Spec;
        var reason = NumberValue.ToDecimal(text, Context.Dialect.DecimalPoint, Context.Dialect.GroupMark ?? 0, spec.Width, spec.Scale, out var value);
        if (spec.ValueBytes == 16) ((Int128*)Values)[row] = value;
        else ((long*)Values)[row] = (long)value;
        return reason;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ParsePlain(in RecordRun run, BadRows bad)
    {
        var walk = new FieldWalk(run, Column, Mask, Context.QuoteOrDelimiter);
        var values = (long*)Values;
        var point = Context.Dialect.DecimalPoint;
        var scale = Context.Spec.Scale;
        while (walk.MoveNext())
        {
            var sign = walk.ReadSigned(out var start, out var length);
            if (length <= DigitReader.PlainDigitsMax && DigitReader.TryReadPlain(start, length, point, out var digits, out var fractionDigits)
                && fractionDigits <= scale && !DigitReader.HasLeadingZero(start) && (sign == 0 || digits != 0)
                && digits < _end / (ulong)NumberValue.PowerOfTen(scale - fractionDigits))
            {
                var value = (long)(digits * (ulong)NumberValue.PowerOfTen(scale - fractionDigits));
                values[walk.Row] = (value ^ -sign) + sign;
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
