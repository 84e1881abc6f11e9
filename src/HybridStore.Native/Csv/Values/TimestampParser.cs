namespace HybridStore.Native.Csv.Values;

/// <summary>A column of times, with or without a zone.</summary>
internal sealed unsafe class TimestampParser(int column, CsvColumnSpec spec, CsvDialect dialect) : ColumnParser(column, new FieldReader(spec, dialect))
{
    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row)
    {
        ref var value = ref ((long*)Values)[row];
        return spec.Kind == CsvValueKind.TimestampTz ? TimeValue.ToTimestampTz(text, spec.TimeFormat, out value) : TimeValue.ToTimestamp(text, spec.TimeFormat, out value);
    }
}
