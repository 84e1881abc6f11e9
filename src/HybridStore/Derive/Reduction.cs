namespace HybridStore.Derive;

/// <summary>A way to make a smaller dataset of another: a time-series function whose result for a day needs that day's rows only, or those of the day before too.</summary>
public sealed record Reduction
{
    private Reduction(string name, string? macro = null) => (Name, Macro) = (name, macro ?? name);

    /// <summary>Its name in declarations, and how names of datasets made by it begin.</summary>
    public string Name { get; }

    /// <summary>Whether it takes an interval.</summary>
    public bool TakesEvery { get; init; }

    /// <summary>Whether it takes a column of the source.</summary>
    public bool TakesColumn { get; init; }

    /// <summary>Whether it takes a number of rows.</summary>
    public bool TakesCount { get; init; }

    /// <summary>The function that computes it.</summary>
    internal string Macro { get; }

    /// <summary>How many days before a day matter to it.</summary>
    internal int DaysBefore { get; init; }

    /// <summary>Whether it gives about as many rows as the source has.</summary>
    internal bool IsDense { get; init; }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Reduction> All { get; } =
    [
        new("bars") { TakesEvery = true },
        new("vwap") { TakesEvery = true },
        new("twap") { TakesEvery = true },
        new("time_weighted") { TakesEvery = true, TakesColumn = true },
        new("resample") { TakesEvery = true },
        new("bbo") { TakesEvery = true },
        new("nbbo") { IsDense = true },
        new("quote_changes") { IsDense = true },
        new("sample", "sample_every") { TakesCount = true, IsDense = true },
        new("energy") { TakesEvery = true, TakesColumn = true, DaysBefore = 1 },
    ];

    /// <summary>The reduction of a name.</summary>
    /// <param name="name">In any case.</param>
    /// <returns>Null when there is none.</returns>
    public static Reduction? Find(string name) => All.FirstOrDefault(reduction => reduction.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The reduction that a dataset's name begins with, such as bars of <c>bars_1m</c>.</summary>
    /// <param name="dataset">The name.</param>
    /// <returns>Null when there is none.</returns>
    public static Reduction? OfDataset(string dataset) =>
        All.FirstOrDefault(reduction => dataset.Equals(reduction.Name, StringComparison.OrdinalIgnoreCase) || dataset.StartsWith(reduction.Name + "_", StringComparison.OrdinalIgnoreCase));
}
