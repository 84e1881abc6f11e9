namespace HybridStore.Ingest;

/// <summary>The texts of columns that have few different ones, as far as any thread has met them: a file is begun with all of them.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class KnownTexts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<string>> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _columnsOfMany = new(StringComparer.Ordinal);

    /// <summary>The texts of a column; null when they are too many, or too long.</summary>
    internal IReadOnlyList<string>? Of(string column)
    {
        lock (_gate) return _columnsOfMany.Contains(column) ? null : _texts.TryGetValue(column, out var texts) ? [.. texts] : [];
    }

    /// <summary>Adds what was met.</summary>
    internal void Add(string column, IEnumerable<string> texts)
    {
        lock (_gate)
        {
            if (!_texts.TryGetValue(column, out var known)) _texts[column] = known = [];
            known.AddRange(texts.Except(known).ToList());
        }
    }

    /// <summary>Remembers that a column has too many.</summary>
    internal void GiveUp(string column)
    {
        lock (_gate) _columnsOfMany.Add(column);
    }
}
