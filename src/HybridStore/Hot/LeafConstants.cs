using System.Globalization;
using HybridStore.Schema;

namespace HybridStore.Hot;

/// <summary>Columns that have one value in all rows that a new leaf begins with: its day, and the symbol where there is only one.</summary>
/// <remarks>
/// The server puts them there by defaults that the leaf has while it is filled, and they are not sent: a sixth of what it takes to receive rows of nine
/// columns. Rows are hashed with them all the same.
/// </remarks>
internal sealed class LeafConstants
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private LeafConstants(HotLayout layout) => Layout = layout;

    /// <summary>The table.</summary>
    internal HotLayout Layout { get; }

    /// <summary>Places of the columns among <see cref="HotLayout.LeafColumns"/>, ascending.</summary>
    internal IReadOnlyList<int> Places => [.. Layout.LeafColumns.Index().Where(column => Has(column.Item.Name)).Select(column => column.Index)];

    /// <summary>For rows that join others: none.</summary>
    internal static LeafConstants None(HotLayout layout) => new(layout);

    /// <summary>For the first rows of a leaf.</summary>
    /// <param name="layout">The table.</param>
    /// <param name="date">Their day.</param>
    /// <param name="symbols">Their symbols.</param>
    internal static LeafConstants Of(HotLayout layout, DateOnly date, IReadOnlyList<string> symbols)
    {
        var constants = new LeafConstants(layout);
        constants._values[Dataset.DateColumn] = date.ToString("O", CultureInfo.InvariantCulture);
        // A text that some server could read otherwise, by its settings of backslashes or its encoding, is sent.
        if (symbols.Count == 1 && symbols[0].Length > 0 && symbols[0].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')) constants._values[layout.Dataset.SymbolColumn] = symbols[0];
        return constants;
    }

    /// <summary>Whether a column is one of them.</summary>
    internal bool Has(string column) => _values.ContainsKey(column);

    /// <summary>Its value as text; null when it is none of them.</summary>
    internal string? ValueOf(string column) => _values.GetValueOrDefault(column);
}
