using HybridStore.Query;

namespace HybridStore.Tests.Query;

/// <summary>A result as text, for comparing.</summary>
internal static class QueryRows
{
    /// <summary>The rows, each as its values' texts with a bar between; a null is <c>-</c>.</summary>
    internal static List<string> Rows(this QueryEngine engine, string sql, params (string Name, object? Value)[] parameters)
    {
        using var reader = engine.Run(sql, parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value), CancellationToken.None);
        var rows = new List<string>();
        while (reader.Read())
        {
            var chunk = reader.Chunk;
            for (var row = 0; row < chunk.RowCount; row++)
            {
                var texts = new List<string>();
                for (var column = 0; column < chunk.ColumnCount; column++) texts.Add(ValueText.Of(chunk.Column(column), row) ?? "-");
                rows.Add(string.Join('|', texts));
            }
        }

        return rows;
    }

    internal static string Row(this QueryEngine engine, string sql, params (string Name, object? Value)[] parameters)
    {
        var rows = engine.Rows(sql, parameters);
        return rows.Count == 1 ? rows[0] : throw new InvalidOperationException($"Expected one row, found {rows.Count}.");
    }
}
