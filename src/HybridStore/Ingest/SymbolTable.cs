using System.Runtime.InteropServices;
using System.Text;

namespace HybridStore.Ingest;

/// <summary>Numbers the symbols of a source in the order in which they come.</summary>
/// <remarks>Not thread-safe: one for each reader. A symbol's UTF-8 bytes are its identity; no folding, no trimming.</remarks>
internal sealed class SymbolTable
{
    private const int InlineBytesMax = 12;

    private readonly Dictionary<UInt128, int> _short = [];
    private readonly Dictionary<string, int> _long = [];
    private readonly List<string> _names = [];
    private UInt128 _lastHeader;
    private int _lastNumber = -1;

    /// <summary>How many different symbols there are.</summary>
    internal int Count => _names.Count;

    /// <summary>The symbols, by number.</summary>
    internal IReadOnlyList<string> Names => _names;

    /// <summary>A symbol's bytes.</summary>
    internal byte[] Utf8NameOf(int number) => Encoding.UTF8.GetBytes(_names[number]);

    /// <summary>The number of a symbol.</summary>
    /// <param name="header">DuckDB's string header, which holds a symbol of up to 12 bytes whole.</param>
    /// <param name="bytes">The symbol's bytes, for a longer one.</param>
    internal int NumberOf(UInt128 header, ReadOnlySpan<byte> bytes)
    {
        if (header == _lastHeader && _lastNumber >= 0 && bytes.Length <= InlineBytesMax) return _lastNumber;
        ref var number = ref bytes.Length <= InlineBytesMax
            ? ref CollectionsMarshal.GetValueRefOrAddDefault(_short, header, out var known)
            : ref CollectionsMarshal.GetValueRefOrAddDefault(_long, Encoding.UTF8.GetString(bytes), out known);
        if (!known)
        {
            number = _names.Count;
            _names.Add(Encoding.UTF8.GetString(bytes));
        }

        _lastHeader = header;
        _lastNumber = number;
        return number;
    }
}
