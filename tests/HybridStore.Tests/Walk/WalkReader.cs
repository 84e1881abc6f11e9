using System.Text;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;
using HybridStore.Tests.Support;

namespace HybridStore.Tests.Walk;

/// <summary>Reads rows of lake and Postgres in the model's canonical form.</summary>
internal static class WalkReader
{
    private const string NanBits = "7ff8000000000000";

    /// <summary>All rows of a dataset, by SQL.</summary>
    internal static List<string> Lake(StorePaths store, LakeSnapshot snapshot) =>
        Query(store, snapshot.Dataset, $"from \"{snapshot.Dataset.Name}\"");

    /// <summary>Rows of a query that gives a dataset's columns, and the date.</summary>
    /// <param name="store">Where.</param>
    /// <param name="dataset">Whose columns.</param>
    /// <param name="from">The rest of a SELECT.</param>
    internal static List<string> Query(StorePaths store, Dataset dataset, string from)
    {
        var columns = dataset.Columns.OrderBy(column => column.Name, StringComparer.Ordinal).ToList();
        var values = columns.Select(column => column.Type.Kind switch
        {
            ColumnKind.Double => $"\"{column.Name}\"",
            ColumnKind.Timestamp or ColumnKind.TimestampTz => $"epoch_us(\"{column.Name}\")::varchar",
            _ => $"\"{column.Name}\"::varchar",
        });
        using var engine = QueryEngine.Open(QuerySource.AllOf(store, TimeProvider.System), new QueryOptions { ThreadsMax = 1 });
        using var reader = engine.Run($"select date::varchar, {string.Join(", ", values)} {from}");
        var rows = new List<string>();
        var text = new StringBuilder();
        while (reader.Read())
        {
            for (var row = 0; row < reader.Chunk.RowCount; row++)
            {
                text.Clear().Append(Encoding.UTF8.GetString(reader.Chunk.Column(0).Bytes(row))).Append(' ');
                for (var column = 0; column < columns.Count; column++)
                {
                    var vector = reader.Chunk.Column(column + 1);
                    if (vector.IsNull(row)) continue;
                    var isDouble = columns[column].Type.Kind == ColumnKind.Double;
                    var value = isDouble ? WalkRow.DoubleText(vector.Values<double>()[row]) : Encoding.UTF8.GetString(vector.Bytes(row));
                    text.Append(WalkRow.Part(columns[column].Name, value));
                }

                rows.Add(text.ToString());
            }
        }

        return rows;
    }

    /// <summary>The columns of a table in Postgres, without those that hybrid adds.</summary>
    internal static async Task<List<(string Name, string Type)>> HotColumnsAsync(TestDatabase database, WalkDataset dataset)
    {
        var columns = await database.AskAsync(
            "select column_name, data_type from information_schema.columns "
            + $"where table_schema = 'public' and table_name = '{dataset.Name}' order by ordinal_position");
        return
        [
            .. columns.Select(column => column.Split('|')).Select(column => (Name: column[0], Type: column[1]))
                .Where(column => column.Name != "date" && (column.Name != "symbol" || dataset.SymbolColumn == "symbol")),
        ];
    }

    /// <summary>All rows of a table in Postgres.</summary>
    internal static async Task<List<string>> HotAsync(TestDatabase database, WalkDataset dataset)
    {
        var columns = (await HotColumnsAsync(database, dataset)).OrderBy(column => column.Name, StringComparer.Ordinal).ToList();
        var values = columns.Select(column => column.Type switch
        {
            "double precision" => $"encode(float8send(\"{column.Name}\"), 'hex')",
            "timestamp without time zone" or "timestamp with time zone" =>
                $"(extract(epoch from \"{column.Name}\") * 1000000)::bigint::text",
            "boolean" => $"case \"{column.Name}\" when true then 'true' when false then 'false' end",
            "date" => $"to_char(\"{column.Name}\", 'YYYY-MM-DD')",
            _ => $"\"{column.Name}\"::text",
        });
        await using var connection = await database.ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"select to_char(date, 'YYYY-MM-DD'), {string.Join(", ", values)} from public.\"{dataset.Name}\"";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        var text = new StringBuilder();
        while (await reader.ReadAsync())
        {
            text.Clear().Append(reader.GetString(0)).Append(' ');
            for (var column = 0; column < columns.Count; column++)
            {
                if (reader.IsDBNull(column + 1)) continue;
                var value = reader.GetString(column + 1);
                if (columns[column].Type == "double precision") value = value == NanBits ? "nan" : $"d{value}";
                text.Append(WalkRow.Part(columns[column].Name, value));
            }

            rows.Add(text.ToString());
        }

        return rows;
    }
}
