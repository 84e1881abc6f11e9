using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace HybridStore.Lake;

/// <summary>A Parquet file seen as bytes: whether it is whole, and its hash.</summary>
internal static class ParquetFile
{
    private const int BufferBytes = 1 << 20;
    private const int FooterBytes = 8;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Checks that a file begins and ends as Parquet does, and hashes all of it.</summary>
    /// <returns>The size, and XXH64 of the whole file.</returns>
    /// <exception cref="StoreException">Environment: it is not whole.</exception>
    internal static (long SizeBytes, ulong Checksum) Measure(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        var sizeBytes = RandomAccess.GetLength(handle);
        Span<byte> ends = stackalloc byte[Magic.Length + FooterBytes];
        var whole = sizeBytes >= ends.Length
            && RandomAccess.Read(handle, ends[..Magic.Length], 0) == Magic.Length
            && RandomAccess.Read(handle, ends[Magic.Length..], sizeBytes - FooterBytes) == FooterBytes
            && ends.StartsWith(Magic) && ends.EndsWith(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(ends[Magic.Length..]) <= sizeBytes - ends.Length;
        if (!whole) throw new StoreException(StoreErrorKind.Environment, $"{path}: expected a whole Parquet file, found {sizeBytes} bytes without its beginning or end. Is the disk full?");
        return (sizeBytes, Hash(handle));
    }

    /// <summary>XXH64 of the whole file.</summary>
    internal static ulong Hash(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        return Hash(handle);
    }

    private static ulong Hash(Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        var hash = new XxHash64();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long offset = 0;
            for (int count; (count = RandomAccess.Read(handle, buffer, offset)) > 0; offset += count) hash.Append(buffer.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return hash.GetCurrentHashAsUInt64();
    }
}
