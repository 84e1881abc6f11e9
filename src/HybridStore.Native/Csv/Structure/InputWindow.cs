using System.Runtime.InteropServices;

namespace HybridStore.Native.Csv.Structure;

/// <summary>The part of an input that is in memory: it moves forward, and grows for a long record.</summary>
internal sealed unsafe class InputWindow : IDisposable
{
    /// <summary>Readable bytes before the first and behind the last, for loads of whole vectors.</summary>
    internal const int PaddingBytes = 64;

    private readonly ICsvInput _input;
    private readonly int _bytesMax;
    private byte* _memory;
    private int _capacity;

    internal InputWindow(ICsvInput input, int bufferBytes, int bytesMax)
    {
        _input = input;
        _capacity = Math.Min(bufferBytes, bytesMax);
        _bytesMax = bytesMax;
        _memory = Allocate(_capacity);
    }

    /// <summary>The first byte.</summary>
    internal byte* Data => _memory + PaddingBytes;

    /// <summary>How many bytes there are.</summary>
    internal int End { get; private set; }

    /// <summary>Whether the input has no more. Then the last byte, if any, is a line feed: one is added where the input has none.</summary>
    internal bool AtEnd { get; private set; }

    /// <summary>Whether the last line feed is not the input's.</summary>
    internal bool HasAddedLineFeed { get; private set; }

    /// <summary>Offset in the input of <see cref="Data"/>.</summary>
    internal long Offset { get; private set; }

    internal ReadOnlySpan<byte> Span(int start, int end) => new(Data + start, end - start);

    /// <summary>Reads on.</summary>
    /// <param name="keepFrom">Bytes before it are given up; this one becomes the first.</param>
    /// <returns>False when there is nothing more to read, or no room: the bytes to keep are as many as the limit.</returns>
    internal bool TryFill(int keepFrom)
    {
        if (AtEnd) return false;
        Discard(keepFrom);
        if (End == _capacity)
        {
            if (_capacity == _bytesMax) return false;
            Grow();
        }

        while (End < _capacity)
        {
            var read = _input.Read(new Span<byte>(Data + End, _capacity - End));
            if (read == 0)
            {
                AtEnd = true;
                break;
            }

            End += read;
        }

        // The room behind the capacity has a place for the added line feed.
        if (AtEnd && End > 0 && Data[End - 1] != '\n')
        {
            Data[End++] = (byte)'\n';
            HasAddedLineFeed = true;
        }

        new Span<byte>(Data + End, PaddingBytes).Clear();
        return true;
    }

    public void Dispose()
    {
        if (_memory == null) return;
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _input.Dispose();
    }

    private static byte* Allocate(int capacity)
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)capacity + 3 * PaddingBytes, PaddingBytes);
        new Span<byte>(memory, PaddingBytes).Clear();
        return memory;
    }

    private void Discard(int keepFrom)
    {
        new ReadOnlySpan<byte>(Data + keepFrom, End - keepFrom).CopyTo(new Span<byte>(Data, _capacity));
        Offset += keepFrom;
        End -= keepFrom;
    }

    private void Grow()
    {
        var capacity = (int)Math.Min(_bytesMax, _capacity * 2L);
        var memory = Allocate(capacity);
        new ReadOnlySpan<byte>(Data, End).CopyTo(new Span<byte>(memory + PaddingBytes, capacity));
        NativeMemory.AlignedFree(_memory);
        _memory = memory;
        _capacity = capacity;
    }
}
