using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HybridStore.Native.DuckDb;

namespace HybridStore.Native.Postgres;

/// <summary>A column of texts that are made and not read from DuckDB, for <see cref="PgCopyEncoder"/>.</summary>
/// <remarks>Not thread-safe. Keeps its memory, so that one serves a whole result.</remarks>
public sealed unsafe class PgCopyTexts
{
    private const int NullEnd = -1;
    private readonly List<int> _ends = [];
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
    private byte[] _headers = [];
    private ulong[] _validity = [];
    private int _length;

    /// <summary>Rows so far.</summary>
    public int Count => _ends.Count;

    /// <summary>Forgets all texts.</summary>
    public void Clear()
    {
        _ends.Clear();
        _length = 0;
    }

    /// <summary>Adds the next row's text.</summary>
    /// <param name="text">As Postgres wants the value, without a byte 0.</param>
    /// <exception cref="OverflowException">The rows' texts have more than 2 GB together.</exception>
    public void Add(ReadOnlySpan<byte> text)
    {
        var end = checked(_length + text.Length);
        if (end > _bytes.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>((int)Math.Max(end, Math.Min(2L * _bytes.Length, Array.MaxLength)), pinned: true);
            _bytes.AsSpan(0, _length).CopyTo(larger);
            _bytes = larger;
        }

        text.CopyTo(_bytes.AsSpan(_length));
        _length = end;
        _ends.Add(end);
    }

    /// <summary>Adds a row without a value.</summary>
    public void AddNull() => _ends.Add(NullEnd);

    /// <summary>The texts as DuckDB's vectors hold strings: a header a row, and a mask of which are present. Valid until a text is added.</summary>
    internal (nint Headers, nint Validity) Seal()
    {
        if (_headers.Length < _ends.Count * DuckDbVector.StringHeaderBytes)
        {
            _headers = GC.AllocateUninitializedArray<byte>(_ends.Count * DuckDbVector.StringHeaderBytes, pinned: true);
            _validity = GC.AllocateUninitializedArray<ulong>((_ends.Count + 63) / 64, pinned: true);
        }

        var headers = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_headers));
        var bytes = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));
        Array.Clear(_validity);
        var start = 0;
        for (var row = 0; row < _ends.Count; row++)
        {
            if (_ends[row] == NullEnd) continue;
            _validity[row >> 6] |= 1UL << (row & 63);
            var header = headers + (nint)row * DuckDbVector.StringHeaderBytes;
            var lengthBytes = _ends[row] - start;
            *(int*)header = lengthBytes;
            if (lengthBytes <= DuckDbVector.StringInlineBytesMax) Unsafe.CopyBlockUnaligned(header + 4, bytes + start, (uint)lengthBytes);
            else *(byte**)(header + 8) = bytes + start;
            start = _ends[row];
        }

        return ((nint)headers, (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_validity)));
    }
}
