using System.Numerics;

namespace HybridStore.Query;

/// <summary>Puts rows in the order of their times, then of their ranks, then as they came: in time that grows with the rows, whatever their order.</summary>
/// <remarks>Not thread-safe. Memory is used again: 24 bytes for each row of the largest call.</remarks>
internal sealed class RadixOrder
{
    private const int DigitBits = 11;
    private const int DigitValues = 1 << DigitBits;
    private const int DigitsMax = (64 + DigitBits - 1) / DigitBits;

    private readonly int[] _counts = new int[DigitsMax * DigitValues];
    private int[] _rows = [];
    private int[] _spareRows = [];
    private ulong[] _keys = [];
    private ulong[] _spareKeys = [];
    private int _count;

    /// <summary>The rows' numbers in order.</summary>
    internal ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    /// <summary>Sorts row numbers.</summary>
    /// <param name="times">Of each row.</param>
    /// <param name="ranks">Of each row, not negative.</param>
    internal void Sort(ReadOnlySpan<long> times, ReadOnlySpan<int> ranks)
    {
        _count = times.Length;
        ranks = ranks[.._count];
        if (_rows.Length < times.Length)
        {
            (_rows, _spareRows) = (new int[times.Length], new int[times.Length]);
            (_keys, _spareKeys) = (new ulong[times.Length], new ulong[times.Length]);
        }

        for (var row = 0; row < times.Length; row++)
        {
            _rows[row] = row;
            _keys[row] = (ulong)ranks[row];
        }

        SortByKeys();
        var first = long.MaxValue;
        foreach (var time in times) first = Math.Min(first, time);
        // Times that are infinite may be further apart than a long can say, and not than a ulong can.
        for (var index = 0; index < times.Length; index++) _keys[index] = unchecked((ulong)(times[_rows[index]] - first));
        SortByKeys();
    }

    /// <summary>Digit by digit from the lowest on; each pass keeps the order of those before it.</summary>
    private void SortByKeys()
    {
        if (!CountDigits(out var digits)) return;
        for (var digit = 0; digit < digits; digit++)
        {
            var offsets = _counts.AsSpan(digit * DigitValues, DigitValues);
            if (offsets[Digit(_keys[0], digit)] == _count) continue; // All keys have the same one here.
            var offset = 0;
            foreach (ref var entry in offsets) (entry, offset) = (offset, offset + entry);
            var keys = _keys.AsSpan(0, _count);
            var rows = _rows.AsSpan(0, _count);
            var (sortedKeys, sortedRows) = (_spareKeys, _spareRows);
            for (var index = 0; index < keys.Length; index++)
            {
                var key = keys[index];
                var to = offsets[Digit(key, digit)]++;
                sortedKeys[to] = key;
                sortedRows[to] = rows[index];
            }

            (_keys, _spareKeys) = (_spareKeys, _keys);
            (_rows, _spareRows) = (_spareRows, _rows);
        }
    }

    /// <summary>How often each value stands at each digit.</summary>
    /// <returns>False when the keys are in order already.</returns>
    private bool CountDigits(out int digits)
    {
        var keys = _keys.AsSpan(0, _count);
        var (isSorted, largest, before) = (true, 0UL, 0UL);
        foreach (var key in keys)
        {
            isSorted &= before <= key;
            before = key;
            largest |= key;
        }

        digits = (64 - BitOperations.LeadingZeroCount(largest) + DigitBits - 1) / DigitBits;
        if (isSorted) return false;
        Array.Clear(_counts);
        foreach (var key in keys)
        {
            for (var digit = 0; digit < digits; digit++) _counts[(digit * DigitValues) + Digit(key, digit)]++;
        }

        return true;
    }

    private static int Digit(ulong key, int digit) => (int)(key >> (digit * DigitBits)) & (DigitValues - 1);
}
