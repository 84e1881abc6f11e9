using System.Buffers.Binary;

namespace HybridStore.Lake;

/// <summary>The number of rows that a Parquet file states, read without DuckDB: damaged bytes can only be refused, never crash.</summary>
/// <remarks>Source: parquet.thrift (FileMetaData: 1 version, 2 schema, 3 num_rows) and Thrift's compact protocol.</remarks>
internal ref struct ParquetFooter
{
    private const int TailBytes = 8;
    private const int FooterBytesMax = 256 << 20;
    private const int DepthMax = 32;
    private const int RowCountField = 3;

    private const int TypeStop = 0;
    private const int TypeTrue = 1;
    private const int TypeFalse = 2;
    private const int TypeByte = 3;
    private const int TypeI16 = 4;
    private const int TypeI64 = 6;
    private const int TypeDouble = 7;
    private const int TypeBinary = 8;
    private const int TypeList = 9;
    private const int TypeSet = 10;
    private const int TypeMap = 11;
    private const int TypeStruct = 12;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _offset;

    private ParquetFooter(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The rows of a file.</summary>
    /// <returns>Null when the file's end is no Parquet file's.</returns>
    /// <exception cref="IOException">The disk refused.</exception>
    internal static long? TryRowCount(string path)
    {
        using var handle = File.OpenHandle(path);
        var sizeBytes = RandomAccess.GetLength(handle);
        Span<byte> tail = stackalloc byte[TailBytes];
        if (sizeBytes < TailBytes + 4 || RandomAccess.Read(handle, tail, sizeBytes - TailBytes) != TailBytes || !tail.EndsWith("PAR1"u8)) return null;
        var footerBytes = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (footerBytes > sizeBytes - TailBytes - 4 || footerBytes > FooterBytesMax) return null;
        var footer = new byte[footerBytes];
        if (RandomAccess.Read(handle, footer, sizeBytes - TailBytes - footerBytes) != footer.Length) return null;
        try
        {
            return new ParquetFooter(footer).ReadRowCount();
        }
        catch (Exception error) when (error is IndexOutOfRangeException or ArgumentOutOfRangeException or FormatException)
        {
            return null;
        }
    }

    private long? ReadRowCount()
    {
        var field = 0;
        while (NextField(ref field) is var type and not TypeStop)
        {
            if (field == RowCountField) return type == TypeI64 ? ZigZag(Varint()) : null;
            Skip(type, depth: 0);
        }

        return null;
    }

    private int NextField(ref int field)
    {
        var header = _bytes[_offset++];
        var type = header & 0x0F;
        if (type == TypeStop) return TypeStop;
        var delta = header >> 4;
        field = delta != 0 ? field + delta : (int)ZigZag(Varint());
        return type;
    }

    private void Skip(int type, int depth)
    {
        if (depth > DepthMax) throw new FormatException("The footer nests too deep.");
        switch (type)
        {
            case TypeTrue or TypeFalse:
                break;
            case TypeByte:
                Move(1);
                break;
            case >= TypeI16 and <= TypeI64:
                Varint();
                break;
            case TypeDouble:
                Move(8);
                break;
            case TypeBinary:
                Move(Varint());
                break;
            case TypeList or TypeSet:
                SkipList(depth);
                break;
            case TypeMap:
                SkipMap(depth);
                break;
            case TypeStruct:
                var field = 0;
                while (NextField(ref field) is var inner and not TypeStop) Skip(inner, depth + 1);
                break;
            default:
                throw new FormatException("The footer has an unknown type.");
        }
    }

    private void SkipList(int depth)
    {
        var header = _bytes[_offset++];
        var count = (ulong)(header >> 4);
        if (count == 15) count = Varint();
        for (var index = 0UL; index < count; index++) SkipElement(header & 0x0F, depth);
    }

    private void SkipMap(int depth)
    {
        var count = Varint();
        if (count == 0) return;
        var types = _bytes[_offset++];
        for (var index = 0UL; index < count; index++)
        {
            SkipElement(types >> 4, depth);
            SkipElement(types & 0x0F, depth);
        }
    }

    // In a list, unlike in a struct, a boolean has a byte of its own.
    private void SkipElement(int type, int depth)
    {
        if (type is TypeTrue or TypeFalse) Move(1);
        else Skip(type, depth + 1);
    }

    private void Move(ulong count)
    {
        if (count > (ulong)(_bytes.Length - _offset)) throw new FormatException("The footer ends early.");
        _offset += (int)count;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = _bytes[_offset++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        throw new FormatException("The footer has a number without an end.");
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
