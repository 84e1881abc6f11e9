using System.Data;
using System.Data.Common;

namespace HybridStore.Query.Ado;

/// <summary>What ADO.NET wants to know of a result's column.</summary>
internal sealed class StoreColumn : DbColumn
{
    internal StoreColumn(string name, int ordinal, Type type, string typeName)
    {
        ColumnName = name;
        ColumnOrdinal = ordinal;
        DataType = type;
        DataTypeName = typeName;
        AllowDBNull = true;
        IsReadOnly = true;
    }

    /// <summary>The same as a table, which DataTable.Load reads.</summary>
    internal static DataTable Table(IReadOnlyList<DbColumn> columns)
    {
        var table = new DataTable("SchemaTable") { Locale = System.Globalization.CultureInfo.InvariantCulture };
        table.Columns.Add(SchemaTableColumn.ColumnName, typeof(string));
        table.Columns.Add(SchemaTableColumn.ColumnOrdinal, typeof(int));
        table.Columns.Add(SchemaTableColumn.ColumnSize, typeof(int));
        table.Columns.Add(SchemaTableColumn.DataType, typeof(Type));
        table.Columns.Add(SchemaTableColumn.AllowDBNull, typeof(bool));
        table.Columns.Add("DataTypeName", typeof(string));
        foreach (var column in columns)
        {
            table.Rows.Add(column.ColumnName, column.ColumnOrdinal, -1, column.DataType, column.AllowDBNull, column.DataTypeName);
        }

        return table;
    }
}
