namespace HybridStore.Native.Csv.Values;

/// <summary>A column of doubles.</summary>
internal sealed unsafe class DoubleParser(int column, CsvColumnSpec spec, CsvDialect dialect) : ColumnParser(column, new FieldReader(spec, dialect))
{
    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) =>
        NumberValue.ToDouble(text, dialect.DecimalPoint, dialect.GroupMark ?? 0, out ((double*)Values)[row]);
}
