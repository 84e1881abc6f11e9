using System.Text;

namespace HybridStore.Query;

/// <summary>Strings of a column in which few values come again and again: a venue, a condition, a symbol.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class TextCache
{
    private const int SlotCount = 64;
    private const int BytesMax = 32;

    private readonly (byte[] Bytes, string Text)[] _slots = new (byte[], string)[SlotCount];

    internal string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > BytesMax) return Encoding.UTF8.GetString(utf8);
        if (utf8.IsEmpty) return "";
        // Short texts differ in their ends first, and in their length.
        ref var slot = ref _slots[(uint)((utf8[0] * 31) + (utf8[^1] * 7) + utf8[utf8.Length / 2] + utf8.Length) % SlotCount];
        if (slot.Bytes is null || !utf8.SequenceEqual(slot.Bytes)) slot = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return slot.Text;
    }
}
