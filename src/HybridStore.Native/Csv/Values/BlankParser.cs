namespace HybridStore.Native.Csv.Values;

/// <summary>A column that must be empty.</summary>
internal sealed class BlankParser(int column, CsvColumnSpec spec, CsvDialect dialect) : ColumnParser(column, new FieldReader(spec, dialect))
{
    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) => CsvRejectReason.Malformed;
}
