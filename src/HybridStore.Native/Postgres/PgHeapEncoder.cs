using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HybridStore.Native.Postgres;

/// <summary>Lays rows of a binary COPY out as the pages of a new heap, byte for byte as COPY ... (FREEZE) does.</summary>
/// <remarks>
/// For servers of this machine: values are in its byte order, aligned for 64 bits. Rows that Postgres would compress or store elsewhere (TOAST) are left to
/// COPY. Not thread-safe. Source: PostgreSQL manual, "Database Page Layout"; <c>htup_details.h</c>, <c>heaptuple.c</c>, <c>numeric.c</c>, <c>varatt.h</c>.
/// </remarks>
public sealed unsafe class PgHeapEncoder
{
    /// <summary>Longer rows go by TOAST: a quarter of a page.</summary>
    public const int RowBytesMax = 2032;

    private const int PagesMax = 128;
    private const int ItemBytes = 4;
    private const int HeaderBytes = 23;
    private const int ShortVarlenaMax = 127;
    private const uint ItemIsUsed = 1;
    private const ushort PageIsAllVisible = 4;
    private const ushort HasNull = 0x0001;
    private const ushort HasVariableWidth = 0x0002;
    private const ushort IsFrozenAndNotDeleted = 0x0b00;
    private const int NumericIsShort = 0x8000;
    private const int NumericIsNegative = 0x2000;
    private const int NumericScaleShift = 7;
    private const int NumericWeightMask = 0x7f;
    private const int NumericHeaderBytes = 8;

    private readonly PgCopyType[] _types;
    private readonly uint _transactionId;
    private readonly bool _hasChecksums;
    private readonly byte[] _pages = GC.AllocateUninitializedArray<byte>(PagesMax * PgPage.Bytes, pinned: true);

    /// <summary>The values of the row at hand; room for the widest that fits, and to write in whole words.</summary>
    private readonly byte[] _values = GC.AllocateArray<byte>(RowBytesMax + 64, pinned: true);
    private readonly byte[] _isPresent;
    private int _page;
    private int _items;
    private int _upper = PgPage.Bytes;

    /// <summary>Begins the first page of a heap.</summary>
    /// <param name="types">What the fields of a row are; none of them <see cref="PgCopyType.Made"/>.</param>
    /// <param name="transactionId">The transaction that makes the heap.</param>
    /// <param name="hasChecksums">Whether the server's pages have checksums.</param>
    public PgHeapEncoder(IReadOnlyList<PgCopyType> types, uint transactionId, bool hasChecksums)
    {
        if (!types.All(CanHold)) throw new ArgumentException("A heap's rows are not made of values that Postgres stores otherwise than it sends them.", nameof(types));
        _types = [.. types];
        _transactionId = transactionId;
        _hasChecksums = hasChecksums;
        _isPresent = new byte[(_types.Length + 7) / 8];
        Clear(0);
    }

    /// <summary>Whether values of a type can be laid out: jsonb is not stored as it is sent.</summary>
    public static bool CanHold(PgCopyType type) => type != PgCopyType.Made;

    /// <summary>How many pages were taken so far: the number of the first of <see cref="Pages"/>.</summary>
    public uint FirstBlock { get; private set; }

    /// <summary>Whether <see cref="Pages"/> must be taken before more rows can be added.</summary>
    public bool IsFull => _page == PagesMax;

    /// <summary>The pages that are finished. Valid until <see cref="Take"/>.</summary>
    public ReadOnlySpan<byte> Pages => _pages.AsSpan(0, _page * PgPage.Bytes);

    /// <summary>Adds rows.</summary>
    /// <param name="rows">Whole rows, without the header and the trailer of a COPY.</param>
    /// <returns>Bytes of the rows that were added: less than all when <see cref="IsFull"/>, or else when the next row is longer than <see cref="RowBytesMax"/>.</returns>
    public int Add(ReadOnlySpan<byte> rows)
    {
        fixed (byte* start = rows)
        {
            var at = start;
            while (at < start + rows.Length && !IsFull)
            {
                var next = ReadValues(at, out var valueBytes, out var flags);
                var headerBytes = Align(HeaderBytes + ((flags & HasNull) == 0 ? 0 : _isPresent.Length), 8);
                if (next == null || headerBytes + valueBytes > RowBytesMax) break;
                if (PgPage.HeaderBytes + (_items + 1) * ItemBytes > _upper - Align(headerBytes + valueBytes, 8))
                {
                    FinishPage();
                    continue;
                }

                Put(flags, headerBytes, valueBytes);
                at = next;
            }

            return (int)(at - start);
        }
    }

    /// <summary>Finishes the last page, which may have room left.</summary>
    public void Finish()
    {
        if (_items > 0) FinishPage();
    }

    /// <summary>Forgets <see cref="Pages"/>, which are written.</summary>
    public void Take()
    {
        if (_items > 0) throw new InvalidOperationException("Pages are taken when they are full, or when all are finished.");
        FirstBlock += (uint)_page;
        _page = 0;
        Clear(0);
    }

    /// <summary>Reads the fields of a row and lays out its values.</summary>
    /// <returns>Where the next row begins; null when the row is too long.</returns>
    private byte* ReadValues(byte* at, out int valueBytes, out ushort flags)
    {
        fixed (byte* values = _values)
        {
            at += sizeof(short);
            var end = 0;
            flags = 0;
            _isPresent.AsSpan().Clear();
            for (var field = 0; field < _types.Length; field++)
            {
                var lengthBytes = BinaryPrimitives.ReverseEndianness(*(int*)at);
                at += sizeof(int);
                if (lengthBytes < 0)
                {
                    flags |= HasNull;
                    continue;
                }

                if (end + lengthBytes > RowBytesMax)
                {
                    valueBytes = 0;
                    return null;
                }

                _isPresent[field >> 3] |= (byte)(1 << (field & 7));
                switch (_types[field])
                {
                    case PgCopyType.Int8:
                    case PgCopyType.Float8:
                    case PgCopyType.Timestamp:
                        end = AlignWithZeros(values, end, 8);
                        *(long*)(values + end) = BinaryPrimitives.ReverseEndianness(*(long*)at);
                        end += sizeof(long);
                        break;
                    case PgCopyType.Date:
                        end = AlignWithZeros(values, end, 4);
                        *(int*)(values + end) = BinaryPrimitives.ReverseEndianness(*(int*)at);
                        end += sizeof(int);
                        break;
                    case PgCopyType.Boolean:
                        values[end++] = *at;
                        break;
                    case PgCopyType.Numeric:
                        end = PutNumeric(values, end, at);
                        flags |= HasVariableWidth;
                        break;
                    default:
                        end = PutText(values, end, at, lengthBytes);
                        flags |= HasVariableWidth;
                        break;
                }

                at += lengthBytes;
            }

            *(long*)(values + end) = 0;
            valueBytes = end;
            return at;
        }
    }

    /// <summary>Puts the row at hand into the page at hand, where it fits.</summary>
    private void Put(ushort flags, int headerBytes, int valueBytes)
    {
        var rowBytes = headerBytes + valueBytes;
        var page = PageAt(_page);
        _upper -= Align(rowBytes, 8);
        *(uint*)(page + PgPage.HeaderBytes + _items * ItemBytes) = (uint)_upper | ItemIsUsed << 15 | (uint)rowBytes << 17;
        _items++;

        var block = FirstBlock + (uint)_page;
        var row = page + _upper;
        *(uint*)row = _transactionId;
        *(ushort*)(row + 12) = (ushort)(block >> 16);
        *(ushort*)(row + 14) = (ushort)block;
        *(ushort*)(row + 16) = (ushort)_items;
        *(ushort*)(row + 18) = (ushort)_types.Length;
        *(ushort*)(row + 20) = (ushort)(IsFrozenAndNotDeleted | flags);
        row[22] = (byte)headerBytes;
        if ((flags & HasNull) != 0) _isPresent.CopyTo(new Span<byte>(row + HeaderBytes, _isPresent.Length));
        fixed (byte* values = _values) Unsafe.CopyBlockUnaligned(row + headerBytes, values, (uint)Align(valueBytes, 8));
    }

    private void FinishPage()
    {
        var page = PageAt(_page);
        PgPage.Finish(page, PageIsAllVisible, PgPage.HeaderBytes + _items * ItemBytes, _upper);
        if (_hasChecksums) PgPage.PutChecksum(page, FirstBlock + (uint)_page);
        _page++;
        if (!IsFull) Clear(_page);
        _items = 0;
        _upper = PgPage.Bytes;
    }

    private void Clear(int page) => _pages.AsSpan(page * PgPage.Bytes, PgPage.Bytes).Clear();

    private byte* PageAt(int page) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_pages)) + page * PgPage.Bytes;

    /// <summary>Text, or what is stored like it: a byte of length where that is enough, else four that are aligned.</summary>
    private static int PutText(byte* values, int end, byte* text, int lengthBytes)
    {
        if (lengthBytes + 1 <= ShortVarlenaMax)
        {
            values[end++] = (byte)((lengthBytes + 1) << 1 | 1);
        }
        else
        {
            end = AlignWithZeros(values, end, 4);
            *(uint*)(values + end) = (uint)(lengthBytes + sizeof(int)) << 2;
            end += sizeof(int);
        }

        Unsafe.CopyBlockUnaligned(values + end, text, (uint)lengthBytes);
        return end + lengthBytes;
    }

    /// <summary>A number of up to 38 digits: its weight and scale fit into the short header, and all of it into a length of one byte.</summary>
    private static int PutNumeric(byte* values, int end, byte* number)
    {
        var digits = BinaryPrimitives.ReverseEndianness(*(short*)number);
        var weight = BinaryPrimitives.ReverseEndianness(*(short*)(number + 2));
        var isNegative = *(short*)(number + 4) != 0;
        var scale = BinaryPrimitives.ReverseEndianness(*(short*)(number + 6));
        values[end++] = (byte)((1 + sizeof(short) * (1 + digits)) << 1 | 1);
        *(ushort*)(values + end) = (ushort)(NumericIsShort | (isNegative ? NumericIsNegative : 0) | scale << NumericScaleShift | weight & NumericWeightMask);
        end += sizeof(ushort);
        for (var digit = 0; digit < digits; digit++, end += sizeof(short))
        {
            *(short*)(values + end) = BinaryPrimitives.ReverseEndianness(*(short*)(number + NumericHeaderBytes + digit * sizeof(short)));
        }

        return end;
    }

    private static int AlignWithZeros(byte* values, int end, int bytes)
    {
        *(long*)(values + end) = 0;
        return Align(end, bytes);
    }

    private static int Align(int offset, int bytes) => (offset + bytes - 1) & -bytes;
}
