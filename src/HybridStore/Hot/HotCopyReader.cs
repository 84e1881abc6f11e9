using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using HybridStore.Native.Postgres;

namespace HybridStore.Hot;

/// <summary>Counts and hashes by symbol what Postgres sends as binary COPY: the counterpart of <see cref="HotRowReader"/>.</summary>
/// <param name="symbolColumn">The field that holds the symbol, from 0.</param>
internal sealed class HotCopyReader(int symbolColumn)
{
    private const int BufferBytes = 1 << 20;
    private const int FixedHeaderBytes = 19;
    private byte[] _symbol = [];
    private SymbolTotals.Total? _total;

    /// <summary>What was read.</summary>
    internal SymbolTotals Totals { get; } = new();

    /// <summary>Reads to the end.</summary>
    /// <param name="source">The bytes of a binary COPY.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal async Task ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var filled = 0;
            var hasHeader = false;
            while (true)
            {
                var read = await source.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
                if (read == 0) return;
                filled += read;
                var used = 0;
                if (!hasHeader)
                {
                    if (filled < FixedHeaderBytes) continue;
                    used = FixedHeaderBytes;
                    hasHeader = true;
                }

                while (TakeRow(buffer.AsSpan(used, filled - used)) is > 0 and var rowBytes) used += rowBytes;
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
                if (filled < buffer.Length) continue;
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, filled).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes one row.</summary>
    /// <returns>Its bytes; 0 when it is not there whole, or at the trailer.</returns>
    private int TakeRow(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return 0;
        var fields = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (fields < 0) return 0;
        var at = 2;
        ReadOnlySpan<byte> symbol = default;
        for (var field = 0; field < fields; field++)
        {
            if (bytes.Length < at + 4) return 0;
            var lengthBytes = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[at..]));
            at += 4;
            if (bytes.Length < at + lengthBytes) return 0;
            if (field == symbolColumn) symbol = bytes.Slice(at, lengthBytes);
            at += lengthBytes;
        }

        if (_total is null || !symbol.SequenceEqual(_symbol))
        {
            _symbol = symbol.ToArray();
            _total = Totals.Of(Encoding.UTF8.GetString(symbol));
        }

        _total.Add(1, RowHash.Of(bytes[..at]));
        return at;
    }
}
