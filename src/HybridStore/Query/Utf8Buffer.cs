using System.Runtime.CompilerServices;
using System.Text;

namespace HybridStore.Query;

/// <summary>Text in UTF-8 that grows at its end.</summary>
/// <remarks>Not thread-safe. Keeps its memory when cleared, so that one buffer serves a whole result.</remarks>
public sealed class Utf8Buffer
{
    private byte[] _bytes = new byte[1024];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until more is.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Appends a byte.</summary>
    /// <param name="value">ASCII, or a part of a character.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte value)
    {
        if (Length == _bytes.Length) Grow(1);
        _bytes[Length++] = value;
    }

    /// <summary>Appends an ASCII character.</summary>
    /// <param name="value">Below 128.</param>
    public void Append(char value) => Append((byte)value);

    /// <summary>Appends bytes.</summary>
    /// <param name="bytes">UTF-8.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends text.</summary>
    /// <param name="text">Any; unpaired surrogates become U+FFFD.</param>
    public void Append(ReadOnlySpan<char> text) => Length += Encoding.UTF8.GetBytes(text, Free(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>Room behind what was written, at least <paramref name="bytesMin"/> long; <see cref="Advance"/> makes it part of the text.</summary>
    /// <param name="bytesMin">How much is needed.</param>
    public Span<byte> Free(int bytesMin)
    {
        if (_bytes.Length - Length < bytesMin) Grow(bytesMin);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Counts bytes that were written into <see cref="Free"/>.</summary>
    /// <param name="bytes">How many.</param>
    public void Advance(int bytes) => Length += bytes;

    /// <summary>Takes everything from a position on away.</summary>
    /// <param name="length">What stays.</param>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length, nameof(length));
        Length = length;
    }

    /// <summary>Empties it.</summary>
    public void Clear() => Length = 0;

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Written);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int bytesMin) => Array.Resize(ref _bytes, checked(Math.Max(_bytes.Length * 2, Length + bytesMin)));
}
