using System.Runtime.InteropServices;
using HybridStore.Native.DuckDb;

namespace HybridStore.Ingest;

/// <summary>Copies plain values into a column of DuckDB's chunk.</summary>
internal static class ChunkColumn
{
    /// <param name="chunk">The chunk.</param>
    /// <param name="position">Of the column in the chunk.</param>
    /// <param name="valueBytes">Bytes of a value.</param>
    /// <param name="values">The values, one after the other.</param>
    internal static void Write(DuckDbChunkWriter chunk, int position, int valueBytes, ReadOnlySpan<byte> values)
    {
        switch (valueBytes)
        {
            case 1:
                values.CopyTo(chunk.Values<byte>(position));
                break;
            case 4:
                values.CopyTo(MemoryMarshal.AsBytes(chunk.Values<int>(position)));
                break;
            case 8:
                values.CopyTo(MemoryMarshal.AsBytes(chunk.Values<long>(position)));
                break;
            default:
                values.CopyTo(MemoryMarshal.AsBytes(chunk.Values<UInt128>(position)));
                break;
        }
    }
}
