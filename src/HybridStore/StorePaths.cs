namespace HybridStore;

/// <summary>Where everything of a store is: the one place that joins its paths.</summary>
/// <param name="Root">The store's folder, absolute.</param>
public sealed record StorePaths(string Root)
{
    /// <summary>The settings, JSON with comments.</summary>
    public string Settings => Path.Combine(Root, "hybrid.json");

    /// <summary>One folder a dataset.</summary>
    public string Lake => Path.Combine(Root, "lake");

    /// <summary>The embedded Postgres: its data, password, socket and log.</summary>
    public string Hot => Path.Combine(Root, "hot");

    /// <summary>What was done to the store: see <see cref="StoreLog"/>.</summary>
    public string Log => Path.Combine(Root, "log");

    /// <summary>The newest of its files.</summary>
    public string LogFile => Path.Combine(Log, "hybrid.ndjson");

    /// <summary>A dataset's folder: partitions, commit log, staging, rejects.</summary>
    /// <param name="dataset">A valid dataset name.</param>
    public string Dataset(string dataset) => Path.Combine(Lake, dataset);
}
