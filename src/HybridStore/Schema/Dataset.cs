namespace HybridStore.Schema;

/// <summary>What a dataset is: its columns, which of them are symbol and time, and how it is laid out.</summary>
/// <remarks>Immutable; stored in the lake's commit log, not in <c>hybrid.json</c>.</remarks>
public sealed record Dataset
{
    /// <summary>The name of the partition column that every dataset has beside its own: the local trading date.</summary>
    public const string DateColumn = "date";

    /// <summary>The name under which the symbol can always be asked for.</summary>
    public const string SymbolAlias = "symbol";

    /// <summary>Lower case letters, digits and underscores, not starting with a digit: the same unquoted name in DuckDB and Postgres.</summary>
    public required string Name { get; init; }

    /// <summary>The columns, in the order of the first source.</summary>
    public required IReadOnlyList<Column> Columns { get; init; }

    /// <summary>The column that names the instrument: always text.</summary>
    public required string SymbolColumn { get; init; }

    /// <summary>The column that orders the rows: a date, a timestamp or a timestamp with zone.</summary>
    public required string TimeColumn { get; init; }

    /// <summary>IANA name of the zone whose calendar days are the partition dates, such as <c>America/New_York</c>.</summary>
    /// <remarks>Times without a zone are local to it and are not shifted.</remarks>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>How the rows are spread over folders.</summary>
    public Partitioning Partitioning { get; init; } = Partitioning.SymbolDate;

    /// <summary>What it is computed from; null when its rows come from outside.</summary>
    public Derivation? Derivation { get; init; }

    /// <summary>The column of a name.</summary>
    /// <param name="name">In any case.</param>
    /// <returns>Null when there is none.</returns>
    public Column? Find(string name) => Columns.FirstOrDefault(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A name for what a statement adds beside the dataset's columns: none of them has it.</summary>
    /// <param name="stem">The name, with underscores behind it where a column is called so.</param>
    internal string FreeName(string stem)
    {
        while (Find(stem) is not null) stem += "_";
        return stem;
    }
}
