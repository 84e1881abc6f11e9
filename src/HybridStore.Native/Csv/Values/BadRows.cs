using System.Numerics;

namespace HybridStore.Native.Csv.Values;

/// <summary>The rows of a batch that hold a value which cannot be stored, each with its first such column.</summary>
internal sealed class BadRows
{
    private ulong[] _isBad = [];
    private (int Column, CsvRejectReason Reason)[] _causes = [];

    /// <summary>One bit a row.</summary>
    internal ReadOnlySpan<ulong> IsBad => _isBad;

    /// <summary>Whether there are any.</summary>
    internal bool Any { get; private set; }

    internal void Resize(int rowsMax)
    {
        if (_causes.Length == rowsMax) return;
        _isBad = new ulong[rowsMax / 64];
        _causes = new (int, CsvRejectReason)[rowsMax];
        Any = false;
    }

    internal void Add(int row, int column, CsvRejectReason reason)
    {
        Any = true;
        var bit = 1UL << (row & 63);
        // Columns are read from left to right: the first cause is the one that is told.
        if ((_isBad[row >> 6] & bit) != 0) return;
        _isBad[row >> 6] |= bit;
        _causes[row] = (column, reason);
    }

    internal (int Column, CsvRejectReason Reason) Cause(int row) => _causes[row];

    /// <summary>The first bad row at or after a row, or <paramref name="end"/>.</summary>
    internal int Next(int row, int end)
    {
        while (row < end)
        {
            var word = _isBad[row >> 6] >> (row & 63);
            if (word != 0) return Math.Min(end, row + BitOperations.TrailingZeroCount(word));
            row = (row | 63) + 1;
        }

        return end;
    }

    internal void Clear()
    {
        if (Any) Array.Clear(_isBad);
        Any = false;
    }
}
