using HybridStore.Schema;

namespace HybridStore.Lake.Foreign;

/// <summary>The columns of a Parquet file that another program wrote, as DuckDB reads them.</summary>
/// <param name="Columns">In the order of the file: the name, and the type as DuckDB spells it.</param>
/// <remarks>One object stands for all files of the same columns: see <see cref="FileShapes"/>.</remarks>
internal sealed record FileShape(IReadOnlyList<FileShape.Column> Columns)
{
    /// <summary>The type of instants with nanoseconds, which DuckDB shows as instants with microseconds.</summary>
    internal const string NanosecondInstant = "TIMESTAMP_NS WITH TIME ZONE";

    /// <summary>The column of a name, in any case; null when there is none.</summary>
    internal Column? Find(string name) => Columns.FirstOrDefault(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <param name="Name">As the file spells it.</param>
    /// <param name="Type">As DuckDB spells it, such as <c>TIMESTAMP_NS</c>.</param>
    internal sealed record Column(string Name, string Type)
    {
        /// <summary>Whether its values are those of a dataset's type, with nothing to convert.</summary>
        internal bool Is(ColumnType type) => StoredType.Exactly(Type) == type;
    }
}
