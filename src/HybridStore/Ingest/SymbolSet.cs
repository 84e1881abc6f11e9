using System.Text;
using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>Symbols that are wanted, as a reader's batch holds them.</summary>
/// <remarks>Not thread-safe: it remembers the last answer, because rows of a symbol come in runs.</remarks>
internal sealed class SymbolSet
{
    private const int InlineBytesMax = 12;

    private readonly HashSet<UInt128> _short = [];
    private readonly HashSet<string> _long = new(StringComparer.Ordinal);
    private UInt128 _lastHeader;
    private bool _lastAnswer;
    private bool _hasLast;

    internal SymbolSet(IEnumerable<string> symbols)
    {
        foreach (var symbol in symbols)
        {
            var bytes = Encoding.UTF8.GetBytes(symbol);
            if (bytes.Length > InlineBytesMax) _long.Add(symbol);
            else _short.Add(Header(bytes));
        }
    }

    /// <summary>Whether a row's symbol is among them.</summary>
    /// <param name="header">DuckDB's string header: it holds a symbol of up to 12 bytes whole.</param>
    /// <param name="batch">Has the bytes of a longer one.</param>
    /// <param name="column">The symbol column.</param>
    /// <param name="row">The row.</param>
    internal bool Contains(UInt128 header, CsvBatch batch, int column, int row)
    {
        if ((uint)header > InlineBytesMax) return _long.Count > 0 && _long.Contains(Encoding.UTF8.GetString(batch.Bytes(column, row)));
        if (_hasLast && header == _lastHeader) return _lastAnswer;
        (_hasLast, _lastHeader) = (true, header);
        return _lastAnswer = _short.Contains(header);
    }

    private static UInt128 Header(ReadOnlySpan<byte> bytes)
    {
        Span<byte> header = stackalloc byte[16];
        header.Clear();
        header[0] = (byte)bytes.Length;
        bytes.CopyTo(header[4..]);
        return System.Runtime.InteropServices.MemoryMarshal.Read<UInt128>(header);
    }
}
