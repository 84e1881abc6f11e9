namespace HybridStore.Cli.Prompt;

/// <summary>How the word before the cursor may go on.</summary>
/// <param name="Start">Where the word begins.</param>
/// <param name="Candidates">Whole words, sorted.</param>
internal sealed record Completion(int Start, IReadOnlyList<string> Candidates)
{
    internal static Completion None(int start) => new(start, []);

    /// <summary>What all candidates begin with, in the first one's case.</summary>
    internal string SharedPrefix()
    {
        var prefix = Candidates[0];
        foreach (var candidate in Candidates)
        {
            var length = 0;
            while (length < Math.Min(prefix.Length, candidate.Length) && char.ToUpperInvariant(prefix[length]) == char.ToUpperInvariant(candidate[length])) length++;
            prefix = prefix[..length];
        }

        return prefix;
    }
}
