namespace HybridStore.Ingest.Typing;

/// <summary>Makes names that a dataset's columns can have.</summary>
internal static class ColumnNames
{
    /// <summary>Folds names to lower case, and gives names to those that have none or another's.</summary>
    /// <param name="names">As the header spells them; null or blank for none.</param>
    /// <param name="notes">Where changes are told.</param>
    /// <param name="tell">Whether missing names are worth telling.</param>
    internal static IReadOnlyList<string> MakeUnique(IReadOnlyList<string?> names, List<string> notes, bool tell)
    {
        var folded = names.Select(name => name?.Trim().TrimStart('#').Trim().ToLowerInvariant() ?? "").ToList();
        var taken = new HashSet<string>(folded.Where(name => name.Length > 0));
        var used = new HashSet<string>();
        for (var column = 0; column < folded.Count; column++)
        {
            var name = folded[column];
            if (name.Length > 0 && used.Add(name)) continue;
            var stem = name.Length == 0 ? "column" : name;
            var number = name.Length == 0 ? column + 1 : 2;
            while (taken.Contains($"{stem}_{number}") || !used.Add($"{stem}_{number}")) number++;
            folded[column] = $"{stem}_{number}";
            if (!tell) continue;
            notes.Add(name.Length == 0
                ? $"Column {column + 1} has no name and is called '{folded[column]}'."
                : $"Column {column + 1} is a second '{name}' and is called '{folded[column]}'.");
        }

        return folded;
    }
}
