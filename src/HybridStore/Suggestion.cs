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
        var nearest = known.MinBy(name => Distance(asked.ToUpperInvariant(), name.ToUpperInvariant()))!;
        if (Distance(asked.ToUpperInvariant(), nearest.ToUpperInvariant()) <= Math.Max(1, asked.Length / 3)) return $"Did you mean '{nearest}'?";
        const int shown = 8;
        return $"There are: {string.Join(", ", known.Take(shown))}{(known.Count > shown ? $" and {known.Count - shown} more" : "")}.";
    }

    /// <summary>Edits (insert, delete, replace) from one text to the other.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
