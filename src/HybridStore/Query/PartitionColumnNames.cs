using HybridStore.Schema;

namespace HybridStore.Query;

/// <summary>Finds a dataset's partition columns by name, as its view does.</summary>
internal static class PartitionColumnNames
{
    internal static PartitionColumns PartitionColumn(this Dataset dataset, string name)
    {
        if (dataset.Find(name) is not { } column)
        {
            if (name.Equals(Dataset.DateColumn, StringComparison.OrdinalIgnoreCase)) return PartitionColumns.Date;
            return name.Equals(Dataset.SymbolAlias, StringComparison.OrdinalIgnoreCase) ? PartitionColumns.Symbol : PartitionColumns.None;
        }

        if (column.Name == dataset.SymbolColumn) return PartitionColumns.Symbol;
        var isTime = column.Name == dataset.TimeColumn && column.Type.Kind is (ColumnKind.Date or ColumnKind.Timestamp or ColumnKind.TimestampTz);
        return isTime ? PartitionColumns.Time : PartitionColumns.None;
    }
}
