using System.Text.Json;
using HybridStore.Lake;

namespace HybridStore.Query;

/// <summary>The datasets of one FROM clause, and which of their partition columns its joins make equal.</summary>
internal sealed class QueryRelations(IReadOnlyDictionary<string, LakeSnapshot> snapshots)
{
    private readonly List<QueryRelation> _datasets = [];
    private readonly List<(QueryRelation Left, QueryRelation Right, PartitionColumns Columns)> _equalities = [];
    private int _relationCount;
    private HashSet<string>? _commonColumns;

    internal IReadOnlyList<QueryRelation> Datasets => _datasets;

    /// <summary>False when the clause holds what pairs rows by position, or is not known here.</summary>
    internal bool CanPrune { get; private set; } = true;

    internal void Add(JsonElement from) => Add(from, isAsOfRight: false);

    /// <summary>Which partition column of a relation an expression names; none when it is no plain column of it.</summary>
    internal PartitionColumns ColumnOf(JsonElement expression, QueryRelation relation)
    {
        if (FileCondition.Text(expression, "type") != "COLUMN_REF") return PartitionColumns.None;
        var names = expression.GetProperty("column_names").EnumerateArray().Select(name => name.GetString()!).ToArray();
        var isOurs = names.Length switch
        {
            // Unqualified, and no other relation whose column it might be, or every join has made one column of them.
            1 => _relationCount == 1 || _commonColumns?.Contains(names[0]) == true,
            2 => names[0].Equals(relation.Alias, StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
        return isOurs ? snapshots[relation.DatasetName].Dataset.PartitionColumn(names[^1]) : PartitionColumns.None;
    }

    /// <summary>The relation itself, and those whose partition columns a join condition makes equal to its own.</summary>
    internal IEnumerable<(QueryRelation Relation, PartitionColumns Columns)> EqualTo(QueryRelation relation)
    {
        var own = PartitionColumns.None;
        foreach (var (left, right, columns) in _equalities)
        {
            if (left == relation || right == relation) own |= columns;
            if (left == relation) yield return (right, columns);
            if (right == relation) yield return (left, columns);
        }

        yield return (relation, own);
    }

    private void Add(JsonElement from, bool isAsOfRight)
    {
        switch (FileCondition.Text(from, "type"))
        {
            case "BASE_TABLE":
                AddTable(from, isAsOfRight);
                break;
            case "JOIN":
                AddJoin(from, isAsOfRight);
                break;
            case "EMPTY":
                break;
            default:
                _relationCount++; // A subquery, a function or a list of values: its own FROM is visited by itself.
                break;
        }
    }

    private void AddTable(JsonElement table, bool isAsOfRight)
    {
        _relationCount++;
        var name = FileCondition.Text(table, "table_name") ?? "";
        if (!snapshots.ContainsKey(name)) return;
        var alias = FileCondition.Text(table, "alias");
        var isOpaque = table.GetProperty("sample").ValueKind != JsonValueKind.Null || table.GetProperty("column_name_alias").GetArrayLength() > 0;
        _datasets.Add(new QueryRelation(name, string.IsNullOrEmpty(alias) ? name : alias, isOpaque, isAsOfRight));
    }

    private void AddJoin(JsonElement join, bool isAsOfRight)
    {
        var kind = FileCondition.Text(join, "ref_type");
        if (kind is not ("REGULAR" or "CROSS" or "NATURAL" or "ASOF") || join.GetProperty("sample").ValueKind != JsonValueKind.Null) CanPrune = false;
        var first = _datasets.Count;
        Add(join.GetProperty("left"), isAsOfRight);
        var middle = _datasets.Count;
        Add(join.GetProperty("right"), isAsOfRight || kind == "ASOF");
        var (left, right) = (_datasets[first..middle], _datasets[middle..]);
        var shared = join.GetProperty("using_columns").EnumerateArray().Select(name => name.GetString()!).ToList();
        if (kind == "ASOF" && shared.Count > 0) shared.RemoveAt(shared.Count - 1); // The last one of an as-of join is compared, not equal.
        _commonColumns ??= shared.ToHashSet(StringComparer.OrdinalIgnoreCase);
        _commonColumns.IntersectWith(shared);
        foreach (var column in shared)
        {
            // With several tables on a side, USING names the one column that they share already.
            foreach (var a in left)
            {
                foreach (var b in right) AddEquality(a, snapshots[a.DatasetName].Dataset.PartitionColumn(column), b, snapshots[b.DatasetName].Dataset.PartitionColumn(column));
            }
        }

        if (join.GetProperty("condition") is { ValueKind: JsonValueKind.Object } condition) AddCondition(condition, left, right);
    }

    private void AddCondition(JsonElement condition, List<QueryRelation> left, List<QueryRelation> right)
    {
        switch (FileCondition.Text(condition, "type"))
        {
            case "CONJUNCTION_AND":
                foreach (var child in condition.GetProperty("children").EnumerateArray()) AddCondition(child, left, right);
                break;
            case "COMPARE_EQUAL":
                foreach (var a in left)
                {
                    foreach (var b in right)
                    {
                        AddEquality(a, ColumnOf(condition.GetProperty("left"), a), b, ColumnOf(condition.GetProperty("right"), b));
                        AddEquality(a, ColumnOf(condition.GetProperty("right"), a), b, ColumnOf(condition.GetProperty("left"), b));
                    }
                }

                break;
        }
    }

    private void AddEquality(QueryRelation left, PartitionColumns leftColumn, QueryRelation right, PartitionColumns rightColumn)
    {
        if (leftColumn == rightColumn && leftColumn is PartitionColumns.Symbol or PartitionColumns.Date) _equalities.Add((left, right, leftColumn));
    }
}
