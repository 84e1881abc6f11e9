using System.Globalization;
using System.Text;
using System.Text.Json;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A dataset as Delta's <c>schemaString</c>, partition columns and configuration, and back.</summary>
/// <remarks>FORMAT.md, "Metadata". Source: Delta protocol, "Schema Serialization Format".</remarks>
internal static class DeltaSchema
{
    internal const int FormatVersion = 1;

    private const string Derived = "hybrid.derived";
    private const string FormatVersionKey = "hybrid.formatVersion";
    private const string SymbolColumnKey = "hybrid.symbolColumn";
    private const string TimeColumnKey = "hybrid.timeColumn";
    private const string TimeZoneKey = "hybrid.timeZone";
    private const string PartitioningKey = "hybrid.partitioning";
    private const string DerivationKey = "hybrid.derivation";

    private static readonly (Partitioning Value, string Name)[] Partitionings =
    [
        (Partitioning.SymbolDate, "symbol/date"), (Partitioning.SymbolMonth, "symbol/month"), (Partitioning.SymbolYear, "symbol/year"),
        (Partitioning.Date, "date"), (Partitioning.Month, "month"), (Partitioning.Year, "year"),
    ];

    /// <summary>Refuses a dataset whose own columns collide with those that folders give it.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="advice">What to do where columns have wrong names or types.</param>
    /// <exception cref="StoreException">Usage: which column, and what to do.</exception>
    internal static void Check(Dataset dataset, string advice = "Name the columns and their types with --columns.")
    {
        if (dataset.Find(dataset.SymbolColumn)?.Type.Kind != ColumnKind.Varchar)
        {
            throw Refused(dataset, dataset.SymbolColumn, "the symbol column must be there, and text", advice);
        }

        if (dataset.Find(dataset.TimeColumn)?.Type.Kind is not (ColumnKind.Date or ColumnKind.Timestamp or ColumnKind.TimestampTz))
        {
            throw Refused(dataset, dataset.TimeColumn, "the time column must be there, and a date or a timestamp", advice);
        }

        if (dataset.Find(Dataset.SymbolAlias) is not null && !OwnSymbol(dataset)) throw Refused(dataset, Dataset.SymbolAlias, "the name is kept for the symbol column", advice);
        if (dataset.Find(Dataset.DateColumn) is not null && !OwnDate(dataset))
        {
            throw Refused(dataset, Dataset.DateColumn, "the name is kept for the partition date, and it may only be the time column, of type date", advice);
        }

        var timeKey = PartitionPath.TimeKey(dataset.Partitioning);
        if (timeKey != Dataset.DateColumn && dataset.Find(timeKey) is not null)
        {
            throw Refused(dataset, timeKey, "the layout's folders need the name", "Choose another layout, or call the column otherwise.");
        }
    }

    /// <summary>Delta's partition columns, in the order of the folders.</summary>
    internal static IReadOnlyList<string> PartitionColumns(Partitioning partitioning) =>
        partitioning.IsBySymbol() ? [Dataset.SymbolAlias, PartitionPath.TimeKey(partitioning)] : [PartitionPath.TimeKey(partitioning)];

    /// <summary>The columns that stand in every data file, in order: the dataset's own, and the date where no folder tells it.</summary>
    internal static IReadOnlyList<Column> PhysicalColumns(Dataset dataset) =>
        PartitionPath.TimeKey(dataset.Partitioning) == Dataset.DateColumn || OwnDate(dataset)
            ? dataset.Columns
            : [.. dataset.Columns, new Column(Dataset.DateColumn, new ColumnType(ColumnKind.Date))];

    /// <summary>Whether tables of these columns need Delta's feature <c>timestampNtz</c>.</summary>
    internal static bool NeedsTimestampNtz(Dataset dataset) => dataset.Columns.Any(column => column.Type.Has(ColumnKind.Timestamp));

    internal static string ToSchemaString(Dataset dataset)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DeltaLogWriter.JsonOptions))
        {
            json.WriteStartObject();
            json.WriteString("type", "struct");
            json.WriteStartArray("fields");
            foreach (var column in dataset.Columns) DeltaType.WriteField(json, column);
            var timeKey = PartitionPath.TimeKey(dataset.Partitioning);
            if (!OwnDate(dataset)) WriteDerived(json, Dataset.DateColumn, "date");
            if (dataset.Partitioning.IsBySymbol() && !OwnSymbol(dataset)) WriteDerived(json, Dataset.SymbolAlias, "string");
            if (timeKey != Dataset.DateColumn) WriteDerived(json, timeKey, timeKey == "year" ? "integer" : "string");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    internal static IEnumerable<KeyValuePair<string, string>> ToConfiguration(Dataset dataset) =>
    [
        new(FormatVersionKey, FormatVersion.ToString(CultureInfo.InvariantCulture)),
        new(SymbolColumnKey, dataset.SymbolColumn),
        new(TimeColumnKey, dataset.TimeColumn),
        new(TimeZoneKey, dataset.TimeZone),
        new(PartitioningKey, Partitionings.First(pair => pair.Value == dataset.Partitioning).Name),
        .. dataset.Derivation is { } derivation ? [new KeyValuePair<string, string>(DerivationKey, DerivationJson.Write(derivation))] : Array.Empty<KeyValuePair<string, string>>(),
    ];

    /// <summary>Undoes the two above.</summary>
    /// <param name="log">The file that says so, for messages.</param>
    /// <param name="name">The dataset's name: its folder's.</param>
    /// <param name="schemaString">Delta's schema, JSON.</param>
    /// <param name="configuration">The table's configuration.</param>
    /// <param name="partitionColumns">The table's partition columns; null where they are as the layout has them.</param>
    /// <exception cref="StoreException">CorruptStore: not written by hybrid, by a newer one, or beyond what it knows.</exception>
    /// <remarks>The layout is that of the partition columns: another program may have changed them, and files are laid out by them, whatever the setting says.</remarks>
    internal static Dataset Parse(string log, string name, string schemaString, IReadOnlyDictionary<string, string> configuration, IReadOnlyList<string>? partitionColumns = null)
    {
        var version = Setting(FormatVersionKey);
        if (!int.TryParse(version, out var number) || number is < 1 or > FormatVersion)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{log}: expected lake format {FormatVersion}, found '{version}'. A newer hybrid wrote it: use that one.");
        }

        var partitioning = Setting(PartitioningKey);
        var (symbolColumn, timeColumn) = (Setting(SymbolColumnKey), Setting(TimeColumnKey));
        var known = Array.FindIndex(Partitionings, pair => pair.Name == partitioning);
        if (known < 0) throw new StoreException(StoreErrorKind.CorruptStore, $"{log}: there is no layout '{partitioning}'. A newer hybrid wrote it: use that one.");
        if (partitionColumns is not null && !PartitionColumns(Partitionings[known].Value).SequenceEqual(partitionColumns, StringComparer.Ordinal))
        {
            known = Array.FindIndex(Partitionings, pair => PartitionColumns(pair.Value).ToHashSet().SetEquals(partitionColumns));
            if (known < 0)
            {
                throw new StoreException(
                    StoreErrorKind.CorruptStore,
                    $"{log}: expected the partition columns of one of the layouts ({string.Join(", ", Partitionings.Select(pair => pair.Name))}), found [{string.Join(", ", partitionColumns)}]: another program changed them. Go back to the version before with 'hybrid undo VERSION'.");
            }
        }

        return new Dataset
        {
            Name = name,
            Columns = ParseColumns(log, schemaString, name => IsDerived(name, symbolColumn, timeColumn, Partitionings[known].Value)),
            SymbolColumn = symbolColumn,
            TimeColumn = timeColumn,
            TimeZone = Setting(TimeZoneKey),
            Partitioning = Partitionings[known].Value,
            Derivation = configuration.TryGetValue(DerivationKey, out var derivation) ? DerivationJson.Read(log, derivation) : null,
        };

        string Setting(string key) => configuration.TryGetValue(key, out var value)
            ? value
            : throw new StoreException(StoreErrorKind.CorruptStore, $"{log}: the table has no setting '{key}': hybrid did not make it. Adopt its folder into a dataset of its own.");
    }

    private static JsonDocument ParseJson(string log, string schemaString)
    {
        try
        {
            return JsonDocument.Parse(schemaString);
        }
        catch (JsonException error)
        {
            throw new StoreException(StoreErrorKind.CorruptStore, $"{log}: expected a schema as JSON, found what does not parse ({error.Message}). Go back to an earlier version with 'hybrid undo VERSION'.", error);
        }
    }

    /// <summary>Whether a column only repeats symbol or time: other programs drop the fields' metadata, which says so, too.</summary>
    private static bool IsDerived(string name, string symbolColumn, string timeColumn, Partitioning partitioning)
    {
        if (name.Equals(symbolColumn, StringComparison.OrdinalIgnoreCase) || name.Equals(timeColumn, StringComparison.OrdinalIgnoreCase)) return false;
        return ((string[])[Dataset.DateColumn, Dataset.SymbolAlias, PartitionPath.TimeKey(partitioning)]).Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    private static List<Column> ParseColumns(string log, string schemaString, Func<string, bool> isDerived)
    {
        using var schema = ParseJson(log, schemaString);
        var columns = new List<Column>();
        foreach (var field in schema.RootElement.GetProperty("fields").EnumerateArray())
        {
            var name = field.GetProperty("name").GetString()!;
            if (isDerived(name)) continue;
            if (field.TryGetProperty("metadata", out var metadata))
            {
                foreach (var entry in metadata.EnumerateObject())
                {
                    // Invariants, generated, default and identity columns: what a writer must honour stands here.
                    if (entry.Name is "delta.invariants" or "delta.generationExpression" || entry.Name.StartsWith("delta.identity", StringComparison.Ordinal))
                    {
                        throw new StoreException(StoreErrorKind.CorruptStore, $"{log}: column '{name}' has {entry.Name}, which hybrid does not know. Remove it with the program that set it.");
                    }
                }

                if (metadata.TryGetProperty(Derived, out _)) continue;
            }

            var type = field.GetProperty("type");
            columns.Add(new Column(name, DeltaType.Parse(type)
                ?? throw new StoreException(StoreErrorKind.CorruptStore, $"{log}: column '{name}' has the type {type.GetRawText()}, which hybrid does not store. Drop the column with the program that added it.")));
        }

        return columns;
    }

    private static bool OwnSymbol(Dataset dataset) => dataset.SymbolColumn.Equals(Dataset.SymbolAlias, StringComparison.OrdinalIgnoreCase);

    private static bool OwnDate(Dataset dataset) =>
        dataset.TimeColumn.Equals(Dataset.DateColumn, StringComparison.OrdinalIgnoreCase) && dataset.Find(dataset.TimeColumn)?.Type.Kind == ColumnKind.Date;

    private static StoreException Refused(Dataset dataset, string column, string why, string advice) =>
        new(StoreErrorKind.Usage, $"Dataset '{dataset.Name}', column '{column}': {why}. {advice}");

    private static void WriteDerived(Utf8JsonWriter json, string name, string type)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("type", type);
        json.WriteBoolean("nullable", true);
        json.WriteStartObject("metadata");
        json.WriteBoolean(Derived, true);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
