using HybridStore.Schema;

namespace HybridStore.Cli.Output;

/// <summary>A dataset's columns and layout for people.</summary>
internal static class DatasetView
{
    internal static void Write(TextWriter output, Dataset dataset)
    {
        output.WriteLine($"{dataset.Name}: by {dataset.Partitioning.ToText()}, days of {dataset.TimeZone}");
        var width = dataset.Columns.Max(column => column.Name.Length);
        foreach (var column in dataset.Columns)
        {
            var role = column.Name == dataset.SymbolColumn ? "  the symbol" : column.Name == dataset.TimeColumn ? "  the time" : "";
            output.WriteLine($"  {column.Name.PadRight(width)}  {column.Type.ToText(),-9}{role}".TrimEnd());
        }
    }
}
