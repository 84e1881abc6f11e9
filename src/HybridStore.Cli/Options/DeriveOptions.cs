using System.CommandLine;
using HybridStore.Derive;
using HybridStore.Schema;

namespace HybridStore.Cli.Options;

/// <summary>The options of <c>hybrid derive</c>.</summary>
internal sealed class DeriveOptions
{
    internal Argument<string?> Name { get; } = new("NAME") { Description = "The dataset to make; one that exists is brought up to date. A name such as bars_1m says which reduction", Arity = ArgumentArity.ZeroOrOne };

    internal Option<bool> All { get; } = new("--all") { Description = "Bring every derived dataset up to date" };

    internal Option<bool> Rebuild { get; } = new("--rebuild") { Description = "Compute it all anew, also what did not change" };

    private Option<string?> From { get; } = new("--from") { Description = "The dataset to compute it from", HelpName = "DATASET" };

    private Option<string?> As { get; } = new("--as") { Description = $"The reduction: {string.Join(", ", Reduction.All.Select(one => one.Name))}. Default: how the name begins", HelpName = "REDUCTION" };

    private Option<string?> Every { get; } = new("--every") { Description = "The interval, such as 1s, 5m, 1h or 1d", HelpName = "TIME" };

    private Option<string?> Column { get; } = new("--column") { Description = "The source's column that time_weighted and energy work on", HelpName = "COLUMN" };

    private Option<int?> Count { get; } = new("--rows") { Description = "Every how many rows sample takes one", HelpName = "N" };

    private Option<string?> Sql { get; } = new("--sql") { Description = "A SELECT over the source instead of a reduction; it is run for each day by itself and gives rows of that day, with symbol and time", HelpName = "QUERY" };

    private Option<string?> Layout { get; } = new("--partition-by") { Description = "The layout. Default: by month; for reductions that give many rows, the source's", HelpName = "LAYOUT" };

    internal void AddTo(Command command)
    {
        command.Arguments.Add(Name);
        foreach (var option in (Option[])[From, As, Every, Column, Count, Sql, Layout, All, Rebuild]) command.Options.Add(option);
    }

    internal Partitioning? ReadLayout(ParseResult parsed) => parsed.GetValue(Layout) is not { } text
        ? null
        : PartitioningText.Parse(text) ?? throw new StoreException(StoreErrorKind.Usage, $"There is no layout '{text}'. {Suggestion.For(text, [.. Enum.GetValues<Partitioning>().Select(value => value.ToText())])}");

    /// <summary>What was declared.</summary>
    /// <returns>Null when nothing was: the dataset is to be brought up to date.</returns>
    /// <exception cref="StoreException">Usage: the options do not fit together.</exception>
    internal Derivation? ReadDerivation(ParseResult parsed, string name)
    {
        var (source, kind, every, column, count, sql) = (parsed.GetValue(From), parsed.GetValue(As), parsed.GetValue(Every), parsed.GetValue(Column), parsed.GetValue(Count), parsed.GetValue(Sql));
        if (source is null)
        {
            if (kind is null && every is null && column is null && count is null && sql is null && parsed.GetValue(Layout) is null) return null;
            throw new StoreException(StoreErrorKind.Usage, "--from: name the dataset to compute it from.");
        }

        source = DatasetName.Require(source);
        if (sql is not null)
        {
            if (kind is not null || every is not null || column is not null || count is not null) throw new StoreException(StoreErrorKind.Usage, "--sql says it all: leave --as, --every, --column and --rows out.");
            return new Derivation(source, Sql: sql.Trim().TrimEnd(';'));
        }

        var reduction = (kind is null ? Reduction.OfDataset(name) : Reduction.Find(kind))
            ?? throw new StoreException(StoreErrorKind.Usage, kind is null
                ? $"'{name}' does not say which reduction it is: give --as or --sql. {Suggestion.For(name, [.. Reduction.All.Select(one => one.Name)])}"
                : $"There is no reduction '{kind}'. {Suggestion.For(kind, [.. Reduction.All.Select(one => one.Name)])}");
        Require(reduction.Name, reduction.TakesEvery, every is not null, "--every", "--every 1m");
        Require(reduction.Name, reduction.TakesColumn, column is not null, "--column", "--column mw");
        Require(reduction.Name, reduction.TakesCount, count is not null, "--rows", "--rows 1000");
        if (count < 1) throw new StoreException(StoreErrorKind.Usage, $"--rows: expected 1 or more, found {count}.");
        return new Derivation(source, reduction.Name, every is null ? null : IntervalText.Parse(every).Sql, column?.ToLowerInvariant(), count);
    }

    private static void Require(string reduction, bool takes, bool isGiven, string option, string example)
    {
        if (takes && !isGiven) throw new StoreException(StoreErrorKind.Usage, $"{reduction} needs {option}, such as {example}.");
        if (!takes && isGiven) throw new StoreException(StoreErrorKind.Usage, $"{reduction} takes no {option}.");
    }
}
