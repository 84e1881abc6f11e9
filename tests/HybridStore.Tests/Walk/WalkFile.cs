namespace HybridStore.Tests.Walk;

/// <summary>A source on the disk.</summary>
/// <param name="Path">Where.</param>
/// <param name="Header">Its columns, in order.</param>
/// <param name="Rows">The rows that can be stored, in its order.</param>
/// <param name="Rejects">The others.</param>
internal sealed record WalkFile(string Path, IReadOnlyList<string> Header, IReadOnlyList<WalkRow> Rows, IReadOnlyList<WalkReject> Rejects)
{
    /// <summary>Whether its instants are spelled without zone or offset.</summary>
    internal bool IsLocal { get; init; }

    /// <summary>The name of its content, and of what is wanted of it; each file has a content of its own.</summary>
    internal string Identity { get; init; } = Path;
}
