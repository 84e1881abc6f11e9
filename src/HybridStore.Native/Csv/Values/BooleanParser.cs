namespace HybridStore.Native.Csv.Values;

/// <summary>A column of truth values.</summary>
internal sealed unsafe class BooleanParser(ColumnContext context) : ColumnParser(context)
{
    internal override CsvRejectReason Store(ReadOnlySpan<byte> text, int row)
    {
        var reason = NumberValue.ToBoolean(text, out var value);
        Values[row] = value ? (byte)1 : (byte)0;
        return reason;
    }
}
