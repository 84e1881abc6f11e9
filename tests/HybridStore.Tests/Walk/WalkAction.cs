namespace HybridStore.Tests.Walk;

/// <summary>A command, and what is to come of it.</summary>
/// <param name="Table">The dataset that it works on.</param>
/// <param name="Arguments">The command line, without the store.</param>
internal sealed record WalkAction(WalkTable Table, params string[] Arguments)
{
    /// <summary>What the dataset holds then; null when it stays as it is.</summary>
    internal WalkState? After { get; init; }

    /// <summary>What Postgres holds of it then; null when that stays as it is.</summary>
    internal WalkHot? HotAfter { get; init; }

    /// <summary>Other datasets that it changes, in this order, and what they and Postgres hold then; null where that stays.</summary>
    internal IReadOnlyList<(WalkTable Table, Func<WalkState?> After, Func<WalkHot?> HotAfter)> Also { get; init; } = [];

    /// <summary>The exit code when it is left alone.</summary>
    internal int ExitCode { get; init; }

    /// <summary>Whether it may be repeated when it was done already, and changes nothing then.</summary>
    internal bool IsRepeatable { get; init; } = true;

    /// <summary>Whether it commits in steps, so that it may be killed between two states.</summary>
    internal bool IsStepwise { get; init; }

    /// <summary>Whether versions between the one before and the last are like the last; else they are not known.</summary>
    internal bool IsSameBetween { get; init; }

    /// <summary>What else is to be looked at when it is done: gets what it wrote.</summary>
    internal Action<string>? Then { get; init; }

    public override string ToString() => $"hybrid {string.Join(' ', Arguments)}";
}
