using System.Runtime.InteropServices;
using System.Text;

namespace HybridStore.Ingest;

/// <summary>Numbers the texts of a column that has few different ones, in the order in which they come.</summary>
/// <remarks>A text is known by DuckDB's string header, which holds up to 12 bytes whole; longer texts are not numbered. Not thread-safe.</remarks>
internal sealed class TextDictionary
{
    /// <summary>Numbers fit into a byte, as in an enum of DuckDB's; a column with more texts is no column of few.</summary>
    internal const int MembersMax = 200;

    private const int SlotBits = 10;
    private const ulong HighMix = 0x9E3779B97F4A7C15;
    private const ulong LowMix = 0xD6E8FEB86659FD93;

    private readonly UInt128[] _headers = new UInt128[1 << SlotBits];

    // A text's number and one; 0 where the slot is free.
    private readonly byte[] _numbers = new byte[1 << SlotBits];
    private readonly List<string> _members = [];

    /// <summary>The texts, by number.</summary>
    internal IReadOnlyList<string> Members => _members;

    /// <summary>Adds a text that was found elsewhere.</summary>
    /// <returns>False when it is too long, or one too many.</returns>
    internal bool TryAdd(string text)
    {
        Span<byte> header = stackalloc byte[16];
        if (Encoding.UTF8.GetByteCount(text) > RowPage.InlineBytesMax) return false;
        header.Clear();
        MemoryMarshal.Write(header, Encoding.UTF8.GetBytes(text, header[4..]));
        return NumberOf(MemoryMarshal.Read<UInt128>(header)) >= 0;
    }

    /// <summary>Writes down the numbers of texts.</summary>
    /// <param name="headers">DuckDB's string headers.</param>
    /// <param name="present">A bit for each: 1 where there is a text.</param>
    /// <param name="numbers">As many; 0 where there is none.</param>
    /// <returns>False when one is too long, or there are too many: the numbers mean nothing then.</returns>
    internal bool TryEncode(ReadOnlySpan<UInt128> headers, ReadOnlySpan<ulong> present, Span<byte> numbers)
    {
        var lastHeader = UInt128.Zero;
        var lastNumber = -1;
        numbers = numbers[..headers.Length];
        for (var row = 0; row < headers.Length; row++)
        {
            if ((present[row >> 6] >> (row & 63) & 1) == 0)
            {
                numbers[row] = 0;
                continue;
            }

            if (headers[row] != lastHeader || lastNumber < 0)
            {
                lastHeader = headers[row];
                lastNumber = NumberOf(lastHeader);
                if (lastNumber < 0) return false;
            }

            numbers[row] = (byte)lastNumber;
        }

        return true;
    }

    private int NumberOf(UInt128 header)
    {
        var slot = (int)((((ulong)header * LowMix) ^ ((ulong)(header >> 64) * HighMix)) >> (64 - SlotBits));
        while (_numbers[slot] != 0 && _headers[slot] != header) slot = (slot + 1) & ((1 << SlotBits) - 1);
        if (_numbers[slot] != 0) return _numbers[slot] - 1;
        return Add(header, slot);
    }

    private int Add(UInt128 header, int slot)
    {
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in header));
        var length = MemoryMarshal.Read<int>(bytes);
        if (length > RowPage.InlineBytesMax || _members.Count == MembersMax) return -1;
        _headers[slot] = header;
        _members.Add(Encoding.UTF8.GetString(bytes.Slice(4, length)));
        _numbers[slot] = (byte)_members.Count;
        return _members.Count - 1;
    }
}
