using System.Runtime.CompilerServices;

namespace HybridStore.Native.Csv.Structure;

/// <summary>Records that stand one after the other, and where their fields end.</summary>
internal readonly unsafe struct RecordRun
{
    /// <summary>The input's bytes; 16 before the first record and 64 behind the last are readable.</summary>
    internal byte* Data { get; init; }

    /// <summary>
    /// Offsets of the marks that end fields, <see cref="ColumnCount"/> a record, preceded by the offset before the first record: field
    /// c of record r stands between the marks r * ColumnCount + c and the next.
    /// </summary>
    internal int* Marks { get; init; }

    /// <summary>How many records.</summary>
    internal int Count { get; init; }

    /// <summary>Fields of a record.</summary>
    internal int ColumnCount { get; init; }

    /// <summary>Between fields.</summary>
    internal byte Delimiter { get; init; }

    /// <summary>The batch's row that the first record becomes.</summary>
    internal int BatchRow { get; init; }

    /// <summary>The mark that must end a column's fields.</summary>
    internal byte EndMark(int column) => column == ColumnCount - 1 ? (byte)'\n' : Delimiter;

    /// <summary>A field's bytes, without the CR of a line break.</summary>
    /// <returns>False when another mark than expected ends it: the record has another number of fields.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryGetField(int record, int column, out ReadOnlySpan<byte> field)
    {
        var mark = Marks + (nint)record * ColumnCount + column;
        var start = mark[0] + 1;
        var end = mark[1];
        field = default;
        if (Data[end] != EndMark(column)) return false;
        if (column == ColumnCount - 1 && end > start && Data[end - 1] == '\r') end--;
        field = new ReadOnlySpan<byte>(Data + start, end - start);
        return true;
    }
}
