using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace HybridStore.Native.Csv.Values;

/// <summary>Texts of up to 12 bytes as DuckDB's inline string headers: length, then the bytes padded with 0.</summary>
internal static unsafe class ShortText
{
    internal const int BytesMax = 12;
    internal const int HeaderBytes = 16;
    internal const int LengthBytes = 4;

    private static ReadOnlySpan<byte> HeadMasks =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Makes the header of a field by one load.</summary>
    /// <param name="text">The field; the 4 bytes before it, which make room for its length, and 16 from there on are readable.</param>
    /// <param name="length">0 to 12.</param>
    /// <param name="header">The header.</param>
    /// <returns>Whether all bytes are ASCII and none is NUL: the header is right, with no further look.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryRead(byte* text, int length, out Vector128<byte> header)
    {
        var mask = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(HeadMasks), (nuint)(BytesMax - length));
        var bytes = Vector128.Load(text - LengthBytes) & mask;
        header = bytes.AsInt32().WithElement(0, length).AsByte();
        // As signed numbers, bytes of 1 to 127 are greater than 0.
        var plain = Vector128.GreaterThan(bytes.AsSByte(), Vector128<sbyte>.Zero).AsByte() | ~mask;
        return (plain.ExtractMostSignificantBits() | 0xF) == 0xFFFF;
    }

    /// <summary>The header of a text, or null when it is too long.</summary>
    internal static Vector128<byte>? Header(string text)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        if (!Encoding.UTF8.TryGetBytes(text, header[LengthBytes..], out var length)) return null;
        return Vector128.Create<byte>(header).AsInt32().WithElement(0, length).AsByte();
    }
}
