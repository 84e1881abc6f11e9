namespace HybridStore.Native.Csv.Values;

/// <summary>A column that must be empty.</summary>
internal sealed class BlankParser(ColumnContext context) : ColumnParser(context)
{
    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row) => CsvRejectReason.Malformed;
}
