using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;
using HybridStore.Native.DuckDb;

namespace HybridStore.Native.Postgres;

/// <summary>Turns DuckDB's column vectors into the rows of Postgres' binary COPY, with a checksum on the way.</summary>
/// <remarks>
/// One pass over the rows, no object a row. Not thread-safe. Source: PostgreSQL manual, "COPY", "Binary Format";
/// values are big-endian, dates and times count from 2000-01-01.
/// </remarks>
public sealed unsafe class PgCopyEncoder
{
    /// <summary>The largest row that is sent: Postgres itself takes messages of up to 1 GiB.</summary>
    public const int RowBytesMax = 1 << 29;

    private const int DaysTo2000 = 10_957;
    private const int DateMin = -2_451_545;
    private const int DateEnd = 2_145_031_949;
    private const long UsTo2000 = 946_684_800_000_000;
    private const long TimestampMinUs = -211_813_488_000_000_000;
    private const long TimestampEndUs = 9_223_371_331_200_000_000;

    private readonly Field[] _fields;
    private readonly bool[] _isLeftOut;
    private readonly int _leftOutCount;
    private readonly int _fixedBytesMax;
    private int _rowCount;

    /// <summary>Makes an encoder for a result.</summary>
    /// <param name="types">What the result's first, second, ... column becomes.</param>
    /// <param name="leftOut">Columns, from 0, that are part of a row's checksum and not of its bytes.</param>
    public PgCopyEncoder(IReadOnlyList<PgCopyType> types, IReadOnlyList<int>? leftOut = null)
    {
        _isLeftOut = new bool[types.Count];
        foreach (var column in leftOut ?? []) _isLeftOut[column] = true;
        _leftOutCount = leftOut?.Count ?? 0;
        _fields = [.. types.Select(type => new Field { Type = type })];
        // Every field's length prefix, the widest fixed value or number, and room to write short text in whole words.
        _fixedBytesMax = 2 + _fields.Length * (4 + PgNumeric.BytesMax) + 16;
    }

    /// <summary>What comes before the first row.</summary>
    public static ReadOnlySpan<byte> Header =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>What comes after the last row.</summary>
    public static ReadOnlySpan<byte> Trailer => [0xff, 0xff];

    /// <summary>Points at the rows to encode; they stay DuckDB's.</summary>
    /// <param name="chunk">With the columns that the encoder was made for, first; used until the next call.</param>
    /// <param name="made">For each column of <see cref="PgCopyType.Made"/>, in order, the texts of the chunk's rows; used until the next call.</param>
    /// <exception cref="ArgumentException">A column's type is not what the encoder was made for, or texts are missing.</exception>
    public void Begin(DuckDbChunk chunk, ReadOnlySpan<PgCopyTexts> made = default)
    {
        for (var column = 0; column < _fields.Length; column++)
        {
            if (_fields[column].Type != PgCopyType.Made)
            {
                _fields[column].Point(chunk.Column(column));
                continue;
            }

            if (made.IsEmpty || made[0].Count != chunk.RowCount) throw new ArgumentException($"Column {column} is made: it wants a text for each of the {chunk.RowCount} rows.", nameof(made));
            _fields[column].Point(made[0]);
            made = made[1..];
        }

        _rowCount = chunk.RowCount;
    }

    /// <summary>Encodes rows until the last one, a full buffer, or a value that Postgres cannot hold.</summary>
    /// <param name="firstRow">The first row to encode.</param>
    /// <param name="endRow">One past the last.</param>
    /// <param name="target">Where the bytes go.</param>
    public PgCopyStep Encode(int firstRow, int endRow, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(endRow, _rowCount);
        fixed (byte* start = target)
        fixed (Field* fields = _fields)
        {
            var at = start;
            var end = start + target.Length;
            var checksum = 0UL;
            for (var row = firstRow; row < endRow; row++)
            {
                var bytesMax = RowBytes(fields, row);
                if (bytesMax > end - at)
                {
                    var refusal = bytesMax > RowBytesMax ? PgCopyRefusal.RowTooLarge : PgCopyRefusal.None;
                    return new PgCopyStep(row - firstRow, (int)(at - start), checksum, (int)Math.Min(bytesMax, RowBytesMax), refusal, 0);
                }

                var next = EncodeRow(fields, row, at, out var refused, out var column);
                if (refused != PgCopyRefusal.None) return new PgCopyStep(row - firstRow, (int)(at - start), checksum, 0, refused, column);
                checksum += RowHash.Of(at, (int)(next - at));
                at = _leftOutCount == 0 ? next : LeaveOut(at);
            }

            return new PgCopyStep(endRow - firstRow, (int)(at - start), checksum, 0, PgCopyRefusal.None, 0);
        }
    }

    private long RowBytes(Field* fields, int row)
    {
        long bytes = _fixedBytesMax;
        for (var column = 0; column < _fields.Length; column++)
        {
            if (fields[column].Type is PgCopyType.Text or PgCopyType.Made && !fields[column].IsNull(row)) bytes += *(int*)(fields[column].Data + (nint)row * DuckDbVector.StringHeaderBytes);
        }

        return bytes;
    }

    private byte* EncodeRow(Field* fields, int row, byte* at, out PgCopyRefusal refused, out int column)
    {
        refused = PgCopyRefusal.None;
        *(short*)at = BinaryPrimitives.ReverseEndianness((short)_fields.Length);
        at += 2;
        for (column = 0; column < _fields.Length; column++)
        {
            var field = fields + column;
            if (field->IsNull(row))
            {
                *(int*)at = -1;
                at += 4;
                continue;
            }

            switch (field->Type)
            {
                case PgCopyType.Int8:
                case PgCopyType.Float8:
                    at = Write8(at, ((long*)field->Data)[row]);
                    break;
                case PgCopyType.Timestamp:
                    if (!TryConvertTimestamp(((long*)field->Data)[row], out var us))
                    {
                        refused = PgCopyRefusal.TimestampOutOfRange;
                        return at;
                    }

                    at = Write8(at, us);
                    break;
                case PgCopyType.Date:
                    if (!TryConvertDate(((int*)field->Data)[row], out var days))
                    {
                        refused = PgCopyRefusal.DateOutOfRange;
                        return at;
                    }

                    *(int*)at = BinaryPrimitives.ReverseEndianness(4);
                    *(int*)(at + 4) = BinaryPrimitives.ReverseEndianness(days);
                    at += 8;
                    break;
                case PgCopyType.Boolean:
                    *(int*)at = BinaryPrimitives.ReverseEndianness(1);
                    at[4] = field->Data[row] == 0 ? (byte)0 : (byte)1;
                    at += 5;
                    break;
                case PgCopyType.Numeric:
                    at = PgNumeric.Write(at, field->Decimal(row), field->Scale);
                    break;
                default:
                    if (!TryWriteText(ref at, field->Data + (nint)row * DuckDbVector.StringHeaderBytes))
                    {
                        refused = PgCopyRefusal.NulInText;
                        return at;
                    }

                    break;
            }
        }

        return at;
    }

    /// <summary>Takes the columns that are not sent out of an encoded row.</summary>
    /// <returns>Where the row ends then.</returns>
    private byte* LeaveOut(byte* row)
    {
        *(short*)row = BinaryPrimitives.ReverseEndianness((short)(_fields.Length - _leftOutCount));
        var from = row + 2;
        var to = from;
        foreach (var isLeftOut in _isLeftOut)
        {
            // No value has the length -1.
            var bytes = 4 + Math.Max(BinaryPrimitives.ReverseEndianness(*(int*)from), 0);
            if (!isLeftOut)
            {
                if (to != from) new ReadOnlySpan<byte>(from, bytes).CopyTo(new Span<byte>(to, bytes));
                to += bytes;
            }

            from += bytes;
        }

        return to;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Write8(byte* at, long value)
    {
        *(int*)at = BinaryPrimitives.ReverseEndianness(8);
        *(long*)(at + 4) = BinaryPrimitives.ReverseEndianness(value);
        return at + 12;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryWriteText(ref byte* at, byte* header)
    {
        var lengthBytes = *(int*)header;
        *(int*)at = BinaryPrimitives.ReverseEndianness(lengthBytes);
        at += 4;
        if (lengthBytes <= DuckDbVector.StringInlineBytesMax)
        {
            // Twelve bytes are always there to read, and always room to write; what is too much is written over.
            *(long*)at = *(long*)(header + 4);
            *(int*)(at + 8) = *(int*)(header + 12);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(at, *(byte**)(header + 8), (uint)lengthBytes);
        }

        var found = new ReadOnlySpan<byte>(at, lengthBytes).Contains((byte)0);
        at += lengthBytes;
        return !found;
    }

    /// <remarks>DuckDB's infinities are the largest number and its negative; Postgres' are the largest and the smallest.</remarks>
    private static bool TryConvertTimestamp(long duckUs, out long us)
    {
        us = duckUs == -long.MaxValue ? long.MinValue : duckUs;
        if (us is long.MaxValue or long.MinValue) return true;
        if (us < TimestampMinUs + UsTo2000) return false;
        us -= UsTo2000;
        return us < TimestampEndUs;
    }

    private static bool TryConvertDate(int duckDays, out int days)
    {
        days = duckDays == -int.MaxValue ? int.MinValue : duckDays;
        if (days is int.MaxValue or int.MinValue) return true;
        if (days < DateMin + DaysTo2000) return false;
        days -= DaysTo2000;
        return days < DateEnd;
    }

    private struct Field
    {
        public PgCopyType Type;
        public DuckDBType Storage;
        public int Scale;
        public byte* Data;
        public ulong* Validity;

        public void Point(PgCopyTexts texts)
        {
            Storage = DuckDBType.Varchar;
            var (headers, validity) = texts.Seal();
            Data = (byte*)headers;
            Validity = (ulong*)validity;
        }

        public void Point(DuckDbVector vector)
        {
            Storage = vector.Type.StorageId;
            Scale = vector.Type.Scale;
            Data = Storage switch
            {
                DuckDBType.Varchar or DuckDBType.HugeInt => Pointer(vector.Values<Int128>()),
                DuckDBType.Date or DuckDBType.Integer => Pointer(vector.Values<int>()),
                DuckDBType.SmallInt => Pointer(vector.Values<short>()),
                DuckDBType.Boolean => Pointer(vector.Values<byte>()),
                _ => Pointer(vector.Values<long>()),
            };
            Validity = vector.MayHaveNulls ? (ulong*)Pointer(vector.ValidityMask) : null;
            var fits = Type switch
            {
                PgCopyType.Boolean => Storage == DuckDBType.Boolean,
                PgCopyType.Int8 => Storage == DuckDBType.BigInt,
                PgCopyType.Float8 => Storage == DuckDBType.Double,
                PgCopyType.Numeric => vector.Type.Id == DuckDBType.Decimal,
                PgCopyType.Date => Storage == DuckDBType.Date,
                PgCopyType.Timestamp => Storage is DuckDBType.Timestamp or DuckDBType.TimestampTz,
                _ => Storage == DuckDBType.Varchar,
            };
            if (!fits) throw new ArgumentException($"A DuckDB column of type {vector.Type} does not go into a Postgres {Type}.");
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly bool IsNull(int row) => Validity is not null && (Validity[row >> 6] >> (row & 63) & 1) == 0;

        public readonly Int128 Decimal(int row) => Storage switch
        {
            DuckDBType.SmallInt => ((short*)Data)[row],
            DuckDBType.Integer => ((int*)Data)[row],
            DuckDBType.BigInt => ((long*)Data)[row],
            _ => ((Int128*)Data)[row],
        };

        private static byte* Pointer<T>(ReadOnlySpan<T> values)
            where T : unmanaged => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
    }
}
