using System.Runtime.InteropServices;

namespace HybridStore.Native.Csv.Values;

/// <summary>Memory for the texts of a batch that do not fit into their 16-byte headers; nothing moves until it is cleared.</summary>
internal sealed unsafe class TextArena : IDisposable
{
    private const int BlockBytes = 1 << 17;

    private readonly List<(nint Start, int Bytes)> _blocks = [];
    private int _block = -1;
    private int _used;

    /// <summary>Memory that stays in place until <see cref="Clear"/>.</summary>
    internal byte* Allocate(int byteCount)
    {
        while (_block < 0 || _blocks[_block].Bytes - _used < byteCount)
        {
            _used = 0;
            if (++_block < _blocks.Count) continue;
            var bytes = Math.Max(BlockBytes, byteCount);
            _blocks.Add(((nint)NativeMemory.Alloc((nuint)bytes), bytes));
        }

        var start = (byte*)_blocks[_block].Start + _used;
        _used += byteCount;
        return start;
    }

    /// <summary>Forgets all texts, and gives back the memory of those that were longer than a block.</summary>
    internal void Clear()
    {
        for (var block = _blocks.Count - 1; block >= 0; block--)
        {
            if (_blocks[block].Bytes == BlockBytes) continue;
            NativeMemory.Free((void*)_blocks[block].Start);
            _blocks.RemoveAt(block);
        }

        _block = -1;
        _used = 0;
    }

    public void Dispose()
    {
        foreach (var (start, _) in _blocks) NativeMemory.Free((void*)start);
        _blocks.Clear();
        _block = -1;
        _used = 0;
    }
}
