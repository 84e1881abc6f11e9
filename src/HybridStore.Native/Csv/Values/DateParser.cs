namespace HybridStore.Native.Csv.Values;

/// <summary>A column of days.</summary>
internal sealed unsafe class DateParser(int column, CsvColumnSpec spec, CsvDialect dialect) : ColumnParser(column, new FieldReader(spec, dialect))
{
    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) => TimeValue.ToDate(text, spec.TimeFormat, out ((int*)Values)[row]);
}
