namespace HybridStore.Hot;

/// <summary>What the embedded server is asked once, when it starts.</summary>
internal static class ServerSql
{
    internal static string DatabaseExists(string name) => $"select 1 from pg_database where datname = {SqlText.Literal(name)}";

    internal static string CreateDatabase(string name) => $"create database {SqlText.Identifier(name)}";
}
