using System.Text.Json;
using HybridStore.Lake;

namespace HybridStore.Query;

/// <summary>Finds the files that a statement's calls of time-series functions can need, from the days and symbols that they are given.</summary>
/// <remarks>What is not understood, such as an expression in place of a date, bounds nothing.</remarks>
internal sealed class MacroCalls(IReadOnlyDictionary<string, LakeSnapshot> snapshots, IReadOnlyDictionary<string, object?> parameters)
{
    private readonly Dictionary<string, List<FileCondition?>> _calls = new(StringComparer.OrdinalIgnoreCase);
    private bool _hasUnknownDataset;

    /// <summary>Takes note of a table function in a FROM clause.</summary>
    /// <param name="function">DuckDB's parse tree of the call.</param>
    internal void Add(JsonElement function)
    {
        var name = FileCondition.Text(function, "function_name");
        if (QueryMacro.All.FirstOrDefault(macro => !macro.IsScalar && macro.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } macro) return;
        var arguments = Arguments(macro, function.GetProperty("children"));
        var condition = ConditionOf(arguments);
        foreach (var parameter in macro.Parameters.Where(QueryMacro.IsDataset))
        {
            if (arguments.TryGetValue(parameter, out var dataset) && FileCondition.ValueOf(dataset, parameters) is string called) Note(called, condition);
            else _hasUnknownDataset = true;
        }
    }

    /// <summary>The files of a dataset that the calls can need.</summary>
    /// <param name="dataset">In any case.</param>
    /// <returns>Null when no call says which.</returns>
    internal IReadOnlyList<DataFile>? FilesOf(string dataset)
    {
        if (_hasUnknownDataset || !_calls.TryGetValue(dataset, out var conditions) || conditions.Contains(null)) return null;
        return [.. snapshots[dataset].Files.Where(file => conditions.Exists(condition => condition!.MayMatch(file)))];
    }

    private void Note(string dataset, FileCondition? condition)
    {
        if (!_calls.TryGetValue(dataset, out var conditions)) _calls[dataset] = conditions = [];
        conditions.Add(condition);
    }

    /// <summary>Arguments by the parameters' names: given by name, or in the parameters' order.</summary>
    private static Dictionary<string, JsonElement> Arguments(QueryMacro macro, JsonElement children)
    {
        var arguments = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        var position = 0;
        foreach (var child in children.EnumerateArray())
        {
            var name = FileCondition.Text(child, "alias") is { Length: > 0 } alias ? alias : macro.Parameters.ElementAtOrDefault(position++);
            if (name is not null) arguments[name] = child;
        }

        return arguments;
    }

    private FileCondition? ConditionOf(Dictionary<string, JsonElement> arguments)
    {
        var from = arguments.TryGetValue("from_date", out var first) ? FileCondition.DateOf(first, parameters) : null;
        var to = arguments.TryGetValue("to_date", out var last) ? FileCondition.DateOf(last, parameters) : null;
        // A function may look at the day before, for what still stands at midnight.
        var days = FileCondition.OfDays(PartitionColumns.Date, from > DateOnly.MinValue ? from.Value.AddDays(-1) : from, to);
        var symbols = arguments.TryGetValue("symbols", out var list) ? FileCondition.OfList(list, parameters) : null;
        return days is null || symbols is null ? days ?? symbols : new FileCondition(PartitionColumns.None, file => days.MayMatch(file) && symbols.MayMatch(file));
    }
}
