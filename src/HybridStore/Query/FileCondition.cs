using System.Buffers;
using System.Globalization;
using System.Text.Json;
using HybridStore.Lake;

namespace HybridStore.Query;

/// <summary>What a part of a WHERE clause says about files: those for which <paramref name="MayMatch"/> is false hold no row of it.</summary>
/// <param name="Columns">The partition columns that it looks at.</param>
/// <param name="MayMatch">True when unsure.</param>
internal sealed record FileCondition(PartitionColumns Columns, Func<DataFile, bool> MayMatch)
{
    private static readonly SearchValues<char> ClockCharacters = SearchValues.Create("0123456789:.");

    /// <summary>Reads an expression of DuckDB's parse tree.</summary>
    /// <param name="expression">A boolean expression.</param>
    /// <param name="columnOf">Which partition column a column reference is, if any.</param>
    /// <param name="parameters">The statement's parameters by name.</param>
    /// <returns>Null when it says nothing about files.</returns>
    internal static FileCondition? Of(JsonElement expression, Func<JsonElement, PartitionColumns> columnOf, IReadOnlyDictionary<string, object?> parameters)
    {
        switch (Text(expression, "type"))
        {
            case "CONJUNCTION_AND":
                var every = expression.GetProperty("children").EnumerateArray().Select(child => Of(child, columnOf, parameters)).OfType<FileCondition>().ToArray();
                return every.Length == 0 ? null : new FileCondition(AllColumns(every), file => Array.TrueForAll(every, condition => condition.MayMatch(file)));
            case "CONJUNCTION_OR":
                var any = expression.GetProperty("children").EnumerateArray().Select(child => Of(child, columnOf, parameters)).ToArray();
                return any.Contains(null) ? null : new FileCondition(AllColumns(any!), file => Array.Exists(any, condition => condition!.MayMatch(file)));
            case "COMPARE_EQUAL":
                return Compare(expression, columnOf, parameters, isLower: true, isUpper: true);
            case "COMPARE_GREATERTHAN" or "COMPARE_GREATERTHANOREQUALTO":
                return Compare(expression, columnOf, parameters, isLower: true, isUpper: false);
            case "COMPARE_LESSTHAN" or "COMPARE_LESSTHANOREQUALTO":
                return Compare(expression, columnOf, parameters, isLower: false, isUpper: true);
            case "COMPARE_BETWEEN":
                var column = columnOf(expression.GetProperty("input"));
                return OfDays(column, DateOf(expression.GetProperty("lower"), parameters), DateOf(expression.GetProperty("upper"), parameters));
            case "COMPARE_IN":
                return In(expression, columnOf, parameters);
            default:
                return null;
        }
    }

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static PartitionColumns AllColumns(IEnumerable<FileCondition> conditions) =>
        conditions.Aggregate(PartitionColumns.None, (columns, condition) => columns | condition.Columns);

    private static FileCondition? Compare(
        JsonElement expression, Func<JsonElement, PartitionColumns> columnOf, IReadOnlyDictionary<string, object?> parameters, bool isLower, bool isUpper)
    {
        var (left, right) = (expression.GetProperty("left"), expression.GetProperty("right"));
        var column = columnOf(left);
        if (column == PartitionColumns.None)
        {
            column = columnOf(right);
            (left, right) = (right, left);
            (isLower, isUpper) = (isUpper, isLower); // 5 < x says x > 5; an equality is both.
        }

        if (column == PartitionColumns.Symbol)
        {
            return isLower && isUpper ? OfSymbols([right], parameters) : null;
        }

        var date = DateOf(right, parameters);
        return date is null ? null : OfDays(column, isLower ? date : null, isUpper ? date : null);
    }

    private static FileCondition? In(JsonElement expression, Func<JsonElement, PartitionColumns> columnOf, IReadOnlyDictionary<string, object?> parameters)
    {
        var children = expression.GetProperty("children").EnumerateArray().ToArray();
        var column = columnOf(children[0]);
        if (column == PartitionColumns.Symbol)
        {
            return OfSymbols(children.Skip(1), parameters);
        }

        var days = children.Skip(1).Select(child => OfDays(column, DateOf(child, parameters), DateOf(child, parameters))).ToArray();
        return days.Length == 0 || days.Contains(null) ? null : new FileCondition(column, file => Array.Exists(days, day => day!.MayMatch(file)));
    }

    /// <summary>What a list of symbols in square brackets says.</summary>
    /// <returns>Null when it is something else, or not all of them are known.</returns>
    internal static FileCondition? OfList(JsonElement list, IReadOnlyDictionary<string, object?> parameters) =>
        Text(list, "function_name") == "list_value" ? OfSymbols(list.GetProperty("children").EnumerateArray(), parameters) : null;

    private static FileCondition? OfSymbols(IEnumerable<JsonElement> values, IReadOnlyDictionary<string, object?> parameters)
    {
        var symbols = values.Select(value => ValueOf(value, parameters) as string).ToArray();
        if (symbols.Contains(null)) return null;
        var set = symbols.ToHashSet(StringComparer.Ordinal);
        return new FileCondition(PartitionColumns.Symbol, file => file.Symbol is null || set.Contains(file.Symbol));
    }

    /// <summary>What bounds on the days say, both included.</summary>
    /// <returns>Null when there are none.</returns>
    internal static FileCondition? OfDays(PartitionColumns column, DateOnly? from, DateOnly? to)
    {
        if (column is PartitionColumns.None or PartitionColumns.Symbol || (from is null && to is null)) return null;
        // An instant lies on another calendar day in the dataset's zone than in UTC, by one at most.
        var margin = column == PartitionColumns.Time ? 1 : 0;
        var first = from is { } lower ? lower.DayNumber - margin : int.MinValue;
        var last = to is { } upper ? upper.DayNumber + margin : int.MaxValue;
        return new FileCondition(column, file =>
        {
            var days = column == PartitionColumns.Time ? file.TimeDays : file.DateDays;
            return days.To.DayNumber >= first && days.From.DayNumber <= last;
        });
    }

    /// <summary>The day of a constant; conditions on it include both ends, since its time of day is dropped.</summary>
    internal static DateOnly? DateOf(JsonElement expression, IReadOnlyDictionary<string, object?> parameters)
    {
        if (Text(expression, "type") == "OPERATOR_CAST" && expression.TryGetProperty("cast_type", out var type)
            && Text(type, "id") is "DATE" or "TIMESTAMP" or "TIMESTAMP_NS" or "TIMESTAMP_MS" or "TIMESTAMP_S")
        {
            expression = expression.GetProperty("child");
        }

        return ValueOf(expression, parameters) switch
        {
            DateOnly date => date,
            DateTime time => DateOnly.FromDateTime(time),
            string text => ParseDate(text),
            _ => null,
        };
    }

    /// <summary>Only what has one meaning: an ISO date, alone or before a time of day without a zone.</summary>
    private static DateOnly? ParseDate(string text)
    {
        const int dateLength = 10;
        if (text.Length < dateLength || !DateOnly.TryParseExact(text.AsSpan(0, dateLength), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return null;
        var rest = text.AsSpan(dateLength);
        if (rest.IsEmpty) return date;
        return rest[0] is ' ' or 'T' && rest[1..].IndexOfAnyExcept(ClockCharacters) < 0 ? date : null;
    }

    /// <summary>A constant's text, or a parameter's value; null when it is neither, and for null.</summary>
    internal static object? ValueOf(JsonElement expression, IReadOnlyDictionary<string, object?> parameters) => Text(expression, "type") switch
    {
        "VALUE_CONSTANT" => Text(expression.GetProperty("value"), "value"),
        "VALUE_PARAMETER" => parameters.GetValueOrDefault(Text(expression, "identifier") ?? ""),
        _ => null,
    };
}
