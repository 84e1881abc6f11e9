namespace HybridStore;

/// <summary>Finds the name that somebody may have meant.</summary>
public static class Suggestion
{
    /// <summary>Words for an error message: the nearest name, or the few that there are.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="known">What there is.</param>
    /// <returns>Such as <c>Did you mean 'quotes'?</c> or <c>There are: a, b.</c>; never empty.</returns>
    public static string For(string asked, IReadOnlyCollection<string> known)
    {
        if (known.Count == 0) return "There are none yet.";
        if (Nearest(asked, known) is { } nearest) return $"Did you mean '{nearest}'?";
        const int shown = 8;
        return $"There are: {string.Join(", ", known.Take(shown))}{(known.Count > shown ? $" and {known.Count - shown} more" : "")}.";
    }

    /// <summary>The nearest name.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="known">What there is.</param>
    /// <returns>Null when none is near.</returns>
    public static string? Nearest(string asked, IReadOnlyCollection<string> known)
    {
        if (known.Count == 0) return null;
        var nearest = known.MinBy(name => Distance(asked.ToUpperInvariant(), name.ToUpperInvariant()))!;
        return Distance(asked.ToUpperInvariant(), nearest.ToUpperInvariant()) <= Math.Max(1, asked.Length / 3) ? nearest : null;
    }

    /// <summary>Edits (insert, delete, replace, swap of two neighbours) from one text to the other.</summary>
    private static int Distance(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray(), new int[b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }
}
