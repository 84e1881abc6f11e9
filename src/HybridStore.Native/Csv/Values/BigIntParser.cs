namespace HybridStore.Native.Csv.Values;

/// <summary>A column of 64-bit integers.</summary>
internal sealed unsafe class BigIntParser(int column, CsvColumnSpec spec, CsvDialect dialect) : ColumnParser(column, new FieldReader(spec, dialect))
{
    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) =>
        NumberValue.ToBigInt(text, dialect.DecimalPoint, dialect.GroupMark ?? 0, out ((long*)Values)[row]);
}
