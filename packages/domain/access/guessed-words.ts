/**
 * What passwords are made of when people do not think of one: the words of the well-known lists of leaked passwords, in
 * English, Portuguese and Spanish, without what is put around them (digits, signs, capitals), which `password-rules.ts`
 * takes off. A list of whole passwords would be a hundred times as long and refuse less.
 */
export const GUESSED_WORDS: ReadonlySet<string> = new Set(
  `
  password passwort passwd pass senha senhas contrasena contraseña clave chave minhasenha mypassword mudar mudarsenha
  trocar trocarsenha changeme change letmein welcome welcomeback bemvindo bienvenido login logon signin entrar acesso access
  admin admins administrator administrador administradora root toor superuser user usuario usuário guest convidado invitado
  test teste tester testing prueba demo default padrao padrão exemplo example sample temp temporary temporaria provisoria
  totem kiosk quiosque painel panel display atendimento atendente operador operadora operator guiche guichê fila queue ticket
  caixa balcao balcão recepcao recepção reception tecnico técnico technician gerente manager empresa company loja store clinica
  qwerty qwertyui qwertyuiop asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qazwsx qazwsxedc wsxedc qweasd qweasdzxc azerty
  abc abcd abcde abcdef abcdefg abcdefgh abcdefghij abcdefghijkl abcabc aaa asd qwe zxc qaz wsx xyz
  teama iloveyou iloveu loveyou lovely love lover teamo teamomucho amor amorzinho meuamor euteamo minhavida mivida micorazon
  corazon coracao coração felicidade saudade amigo amiga amigos amizade familia família family mother father mamae mamãe
  papai mama papa mae mãe pai filho filha filhos bebe bebê baby babygirl babe honey sweetheart angel anjo angelito princess
  princesa principe príncipe prince queen rainha reina king rei rey queenie estrela estrella star superstar sunshine sol lua
  luna moon sunflower flower flor flores rose rosa butterfly borboleta mariposa summer verao verão verano winter inverno
  invierno spring primavera autumn outono january janeiro enero february fevereiro febrero march marco março marzo april abril
  june junho junio july julho julio august agosto september setembro septiembre october outubro octubre november novembro
  noviembre december dezembro diciembre monday segunda lunes tuesday terca terça martes wednesday quarta miercoles thursday
  quinta jueves friday sexta viernes saturday sabado sábado sunday domingo
  dragon dragao dragão monkey macaco mono tiger tigre lion leao leão leon wolf lobo eagle aguia águia dolphin golfinho delfin
  horse cavalo caballo dog cachorro perro cat gato gata gatinho gatito kitty hellokitty panda bear urso oso rabbit coelho
  shadow sombra master mestre maestro killer hunter ranger soldier guerreiro guerrero warrior ninja samurai pirate pirata
  superman batman spiderman ironman hulk naruto goku pokemon pikachu mickey minnie snoopy garfield simba starwars matrix
  football futebol futbol soccer baseball basketball hockey volleyball basquete volei vôlei surf skate tennis
  flamengo corinthians palmeiras santos saopaulo saopaulofc vasco fluminense botafogo gremio grêmio internacional cruzeiro
  atletico atlético bahia vitoria vitória sport nautico santacruz ceara fortaleza coritiba barcelona realmadrid boca river
  juventus milan chelsea arsenal liverpool manchester neymar ronaldo ronaldinho messi pele kaka
  brasil brazil brasileiro brasileira argentina mexico méxico espana españa portugal america américa chile colombia peru
  riodejaneiro curitiba salvador recife brasilia brasília manaus belem belém goiania goiânia portoalegre florianopolis
  jesus jesuscristo cristo jesuseteama jesustemama jesusmeama deus deusefiel deuseamor deusebom dios diosmio diosesamor
  god godisgood christ bible biblia bíblia senhor gloria glória aleluia amem amém amen maria mariajose nossasenhora fe
  ana joao joão jose josé carlos pedro paulo lucas gabriel gabriela rafael rafaela daniel daniela felipe rodrigo fernando
  fernanda marcelo marcela eduardo ricardo roberto roberta bruno bruna andre andré andrea andreia juliana julia júlia camila
  carolina amanda leticia letícia larissa beatriz bia mariana marina patricia patrícia vanessa alessandra sandra sonia claudia
  cláudia adriana luciana luana leonardo matheus mateus thiago tiago diego vinicius gustavo guilherme henrique isabela sofia
  sophia miguel arthur davi alice laura helena antonio antônio francisco luiz luis sergio sérgio marcos alexandre
  michael jordan jennifer jessica ashley nicole michelle charlie thomas robert andrew joshua matthew anthony william
  freedom liberdade libertad peace paz happy feliz smile sorriso sonrisa sorry whatever nothing nada tudo todo trustno trust
  secret segredo secreto private privado hello helloworld ola olá hola world mundo money dinheiro dinero lucky sorte suerte
  computer computador internet windows microsoft google facebook instagram whatsapp samsung iphone apple android linkedin
  matrix mustang ferrari porsche mercedes chevrolet corvette harley yamaha honda toyota fusca
  cheese chocolate cookie banana orange laranja naranja apple maca maçã manzana coffee cafe café pepper pimenta sugar acucar
  purple roxo blue azul green verde yellow amarelo amarillo black preto negro white branco blanco silver prata plata golden
  ouro oro diamond diamante crystal cristal pearl perola pérola
  music musica música guitar guitarra violao violão rock rockyou metallica nirvana slipknot eminem restart rebelde
  school escola escuela student estudante estudiante teacher professor professora professional doctor doutor medico médico
  fuckyou fuckoff fuck bitch asshole merda mierda caralho porra sexy sexo sex bonita bonito linda lindo gostosa gostoso
  `
    .trim()
    .split(/\s+/),
);
