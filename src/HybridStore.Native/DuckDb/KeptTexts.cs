using System.Runtime.InteropServices;

namespace HybridStore.Native.DuckDb;

/// <summary>The bytes of texts that do not fit into their headers, in blocks that are used again.</summary>
internal sealed unsafe class KeptTexts : IDisposable
{
    private const int BlockBytes = 1 << 20;

    private readonly List<(nint Address, int Bytes)> _blocks = [];
    private int _block;
    private int _usedBytes;

    /// <summary>Copies a text.</summary>
    /// <returns>Where it stays until <see cref="Clear"/>.</returns>
    internal byte* Keep(byte* text, int bytes)
    {
        while (_block < _blocks.Count && _blocks[_block].Bytes - _usedBytes < bytes) (_block, _usedBytes) = (_block + 1, 0);
        if (_block == _blocks.Count)
        {
            var blockBytes = Math.Max(BlockBytes, bytes);
            _blocks.Add(((nint)NativeMemory.Alloc((nuint)blockBytes), blockBytes));
        }

        var kept = (byte*)_blocks[_block].Address + _usedBytes;
        NativeMemory.Copy(text, kept, (nuint)bytes);
        _usedBytes += bytes;
        return kept;
    }

    internal void Clear() => (_block, _usedBytes) = (0, 0);

    public void Dispose()
    {
        foreach (var (address, _) in _blocks) NativeMemory.Free((void*)address);
        _blocks.Clear();
    }
}
