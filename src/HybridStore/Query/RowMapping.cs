using System.Linq.Expressions;
using System.Reflection;
using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>Makes rows of a type from a reader's chunks, by code that is compiled once for a list of columns.</summary>
/// <typeparam name="T">A record, class or struct whose constructor's parameters, or properties, are named as columns; or one value.</typeparam>
internal sealed class RowMapping<T>
{
    private readonly Func<QueryReader, int, string?, T> _make;

    private RowMapping(Func<QueryReader, int, string?, T> make) => _make = make;

    /// <summary>The column of a dataset that each member takes its value from.</summary>
    /// <param name="dataset">Of the scan. <c>Time</c>, <c>Symbol</c> and <c>Date</c> are its time, symbol and partition date, unless it has columns of these names.</param>
    /// <returns>Null for the symbol as a string: the scan knows it without reading it.</returns>
    /// <exception cref="StoreException">Usage: a member is named as no column.</exception>
    internal static IReadOnlyList<string?> ColumnsOf(Dataset dataset)
    {
        if (RowConversion.IsScalar(typeof(T))) throw new ArgumentException($"A scan gives rows of several columns, which a {typeof(T).Name} cannot hold. Declare a record with the columns' names.");
        return [.. RowMember.Of(typeof(T), out _).Select(member => ColumnOf(dataset, member) is { } column
            ? column.Equals(dataset.SymbolColumn, StringComparison.OrdinalIgnoreCase) && member.Type == typeof(string) ? null : column
            : throw NoColumn(member, $"dataset '{dataset.Name}'", [.. dataset.Columns.Select(own => own.Name)]))];
    }

    /// <summary>The mapping for a scan, whose reader has the time first and then the columns that members take.</summary>
    /// <param name="reader">Of any of the scan's segments: all have the same columns.</param>
    /// <param name="dataset">Of the scan.</param>
    /// <param name="columns">What <see cref="ColumnsOf"/> gave.</param>
    /// <exception cref="StoreException">Usage: a member has a type that the column's values do not fit.</exception>
    internal static RowMapping<T> ForScan(QueryReader reader, Dataset dataset, IReadOnlyList<string?> columns)
    {
        var members = RowMember.Of(typeof(T), out var constructor);
        var values = new List<(RowMember, RowColumn?)>();
        var index = 0;
        foreach (var (member, name) in members.Zip(columns)) values.Add((member, name is null ? null : new RowColumn(name, ++index, reader.Columns[index].Type)));
        return Compile(constructor, values, $"dataset '{dataset.Name}'");
    }

    /// <summary>The mapping for a statement's result.</summary>
    /// <exception cref="StoreException">Usage: a member is named as no column, or has a type that its values do not fit.</exception>
    internal static RowMapping<T> ForResult(QueryReader reader)
    {
        var columns = reader.Columns.Select((column, index) => new RowColumn(column.Name, index, column.Type)).ToList();
        if (RowConversion.IsScalar(typeof(T)))
        {
            if (columns.Count != 1) throw new StoreException(StoreErrorKind.Usage, $"The statement gives {columns.Count} columns, and a {Name(typeof(T))} holds one. Select one, or declare a record with the columns' names.");
            return Compile(null, [(new RowMember(columns[0].Name, typeof(T), Nullable.GetUnderlyingType(typeof(T)) is not null, null), columns[0])], "the statement");
        }

        var members = RowMember.Of(typeof(T), out var constructor);
        return Compile(constructor, [.. members.Select(member => (member, columns.Cast<RowColumn?>().FirstOrDefault(column => member.IsNamed(column!.Value.Name))
            ?? throw NoColumn(member, "the statement", [.. columns.Select(column => column.Name)])))], "the statement");
    }

    /// <summary>A row.</summary>
    /// <param name="reader">Where its chunk is.</param>
    /// <param name="row">In the chunk.</param>
    /// <param name="symbol">The row's symbol, in a scan.</param>
    /// <exception cref="StoreException">SourceData: a value is absent, or does not fit the member's type.</exception>
    internal T Make(QueryReader reader, int row, string? symbol) => _make(reader, row, symbol);

    private static string? ColumnOf(Dataset dataset, RowMember member)
    {
        if (dataset.Columns.FirstOrDefault(column => member.IsNamed(column.Name)) is { } own) return own.Name;
        if (member.IsNamed("time")) return dataset.TimeColumn;
        if (member.IsNamed(Dataset.SymbolAlias)) return dataset.SymbolColumn;
        return member.IsNamed(Dataset.DateColumn) ? Dataset.DateColumn : null;
    }

    private static RowMapping<T> Compile(ConstructorInfo? constructor, List<(RowMember Member, RowColumn? Column)> values, string where)
    {
        var reader = Expression.Parameter(typeof(QueryReader), "reader");
        var row = Expression.Parameter(typeof(int), "row");
        var symbol = Expression.Parameter(typeof(string), "symbol");
        var reads = values.Select(value => value.Column is { } column ? Read(value.Member, column, where, reader, row) : symbol).ToList();
        Expression made = RowConversion.IsScalar(typeof(T)) ? reads[0]
            : values[0].Member.Target is null ? Expression.New(constructor!, reads)
            : Expression.MemberInit(Expression.New(typeof(T)), values.Select((value, index) => Expression.Bind(value.Member.Target!, reads[index])));
        return new RowMapping<T>(Expression.Lambda<Func<QueryReader, int, string?, T>>(made, reader, row, symbol).Compile());
    }

    private static Expression Read(RowMember member, RowColumn column, string where, ParameterExpression reader, ParameterExpression row)
    {
        var wanted = Nullable.GetUnderlyingType(member.Type) ?? member.Type;
        var method = RowConversion.Find(column.Type, wanted) ?? throw new StoreException(
            StoreErrorKind.Usage,
            $"{typeof(T).Name}.{member.Name} is a {Name(member.Type)}, and column '{column.Name}' of {where} holds {column.Type}: expected {RowConversion.Suggested(column.Type)}. Change the member's type.");
        var index = Expression.Constant(column.Index);
        if (method.Name == nameof(RowValue.Stored) && wanted != member.Type) return Expression.Call(RowConversion.StoredOrNull(wanted), reader, index, row);
        Expression value = Expression.Call(method, reader, index, row);
        if (wanted != member.Type) value = Expression.Convert(value, member.Type);
        Expression absent = member.TakesNull
            ? Expression.Default(member.Type)
            : Expression.Throw(Expression.Call(((Func<string, string, Exception>)Absent).Method, Expression.Constant(member.Name), Expression.Constant(column.Name)), member.Type);
        return Expression.Condition(Expression.Call(((Func<QueryReader, int, int, bool>)RowValue.IsNull).Method, reader, index, row), absent, value);
    }

    private static StoreException Absent(string member, string column) => new(
        StoreErrorKind.SourceData,
        $"{typeof(T).Name}.{member}: column '{column}' has no value in a row, and the member takes no null. Declare it nullable, or leave such rows out.");

    private static StoreException NoColumn(RowMember member, string where, IReadOnlyCollection<string> columns) => new(
        StoreErrorKind.Usage,
        $"{typeof(T).Name}.{member.Name}: {where} has no such column. {Suggestion.For(member.Name, columns)}");

    private static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? Name(inner) + "?" : type.Name switch
    {
        nameof(Int32) => "int",
        nameof(Int64) => "long",
        nameof(Double) => "double",
        nameof(Single) => "float",
        nameof(Boolean) => "bool",
        nameof(String) => "string",
        nameof(Decimal) => "decimal",
        var name => name,
    };
}
