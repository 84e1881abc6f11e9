namespace HybridStore.Native.Csv.Values;

/// <summary>A column of decimals.</summary>
internal sealed unsafe class DecimalParser(int column, CsvColumnSpec spec, CsvDialect dialect) : ColumnParser(column, new FieldReader(spec, dialect))
{
    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row)
    {
        var reason = NumberValue.ToDecimal(text, dialect.DecimalPoint, dialect.GroupMark ?? 0, spec.Width, spec.Scale, out var value);
        if (spec.ValueBytes == 16) ((Int128*)Values)[row] = value;
        else ((long*)Values)[row] = (long)value;
        return reason;
    }
}
