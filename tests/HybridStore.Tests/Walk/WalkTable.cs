namespace HybridStore.Tests.Walk;

/// <summary>The model of one dataset: what it holds, what it held at each version, and what of it is in Postgres.</summary>
/// <param name="dataset">What does not change of it.</param>
internal sealed class WalkTable(WalkDataset dataset)
{
    private readonly SortedDictionary<long, WalkState?> _versions = [];

    internal WalkDataset Dataset => dataset;

    /// <summary>What it holds; null before its first commit.</summary>
    internal WalkState? Now { get; private set; }

    internal WalkHot Hot { get; set; } = WalkHot.None;

    /// <summary>The newest version; -1 for none.</summary>
    internal long Version { get; private set; } = -1;

    /// <summary>Versions before this one can no longer be restored.</summary>
    internal long OldestVersion { get; set; }

    /// <summary>Whether a writer that was killed may have left files, which the next writer removes.</summary>
    internal bool IsUnsettled { get; set; }

    /// <summary>The dataset that it is computed from; null for none.</summary>
    internal WalkDerivation? Derivation { get; init; }

    /// <summary>Versions that can be restored, with what they held.</summary>
    internal IReadOnlyList<(long Version, WalkState State)> Restorable =>
        [.. from version in _versions where version.Key >= OldestVersion && version.Value is not null select (version.Key, version.Value)];

    /// <summary>Takes note that the dataset has come to a version.</summary>
    /// <param name="version">Which.</param>
    /// <param name="state">What it holds now.</param>
    /// <param name="isSameBetween">Whether it held the same at the versions since the last.</param>
    internal void Advance(long version, WalkState state, bool isSameBetween)
    {
        for (var between = Version + 1; between < version; between++) _versions[between] = isSameBetween ? state : null;
        // A command that found its work done has made no version.
        if (version > Version) _versions[version] = state;
        else if (!WalkRows.AreSame(Now!.Rows, state.Rows)) throw new WalkException($"{dataset.Name}: no version came after {version}.");
        IsUnsettled &= version == Version;
        (Version, Now) = (version, state);
    }
}
